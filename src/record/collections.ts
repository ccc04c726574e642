import { isMap as isNativeMap, isSet as isNativeSet } from 'node:util/types';
import { tagOf } from './fields.js';

// A state library's Map or Set (Vue's reactive(), an Immer draft) is a Proxy, or a subclass that keeps its entries elsewhere: only its own
// iterator knows them. A Map or Set with the built-in iterator knows its size, and reading it runs no code of others.

export const isMap = (value: object): value is ReadonlyMap<unknown, unknown> =>
  isNativeMap(value) || value instanceof Map;

export const isSet = (value: object): value is ReadonlySet<unknown> =>
  isNativeSet(value) || value instanceof Set;

/** What is in a Map or a Set; how much that is, unless only counting would tell. */
export interface Contents<Item> {
  readonly items: Iterable<Item>;
  readonly size: number | undefined;
}

export const contentsOfMap = (map: ReadonlyMap<unknown, unknown>): Contents<readonly [unknown, unknown]> =>
  hasBuiltIn(map, MAP.entries)
    ? { items: MAP.entries.call(map as Map<unknown, unknown>), size: sizeOfMap?.call(map) }
    : { items: map, size: undefined };

export const contentsOfSet = (set: ReadonlySet<unknown>): Contents<unknown> =>
  hasBuiltIn(set, SET.values)
    ? { items: SET.values.call(set as Set<unknown>), size: sizeOfSet?.call(set) }
    : { items: set, size: undefined };

const MAP = Map.prototype;
const SET = Set.prototype;
const getterOfSize = (prototype: object) => Object.getOwnPropertyDescriptor(prototype, 'size')?.get;
const sizeOfMap = getterOfSize(MAP);
const sizeOfSet = getterOfSize(SET);

/** Also for one without any iterator: it has lost its prototype. */
function hasBuiltIn(value: Iterable<unknown>, builtIn: unknown): boolean {
  const own = Reflect.get(value, Symbol.iterator);
  return own === builtIn || typeof own !== 'function';
}

/** Objects that are pairs of a key and a value to whoever iterates over them, by what they say that they are. */
const PAIRS: ReadonlySet<string | undefined> = new Set(['URLSearchParams', 'Headers', 'FormData']);

export const isPairs = (value: object): value is Iterable<readonly [unknown, unknown]> =>
  PAIRS.has(tagOf(value)) && typeof Reflect.get(value, Symbol.iterator) === 'function';
