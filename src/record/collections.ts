import { isMap as isNativeMap, isSet as isNativeSet } from 'node:util/types';
import { tagOf } from './fields.js';

// A state library's Map or Set (Vue's reactive(), an Immer draft) is a Proxy, or a subclass that keeps its entries elsewhere:
// only its own iterator knows them. One with the built-in iterator knows its size, and runs no code of others.

export const isMap = (value: object): value is ReadonlyMap<unknown, unknown> =>
  isNativeMap(value) || value instanceof Map;

export const isSet = (value: object): value is ReadonlySet<unknown> =>
  isNativeSet(value) || value instanceof Set;

/** How many entries or items there are, 0 where only counting would tell. */
export function sizeOf(value: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): number {
  if (isNativeMap(value) && hasBuiltIn(value, MAP.entries)) return MAP_SIZE(value);
  if (isNativeSet(value) && hasBuiltIn(value, SET.values)) return SET_SIZE(value);
  return 0;
}

export const pairsOf = (map: ReadonlyMap<unknown, unknown>): Iterable<readonly [unknown, unknown]> =>
  hasBuiltIn(map, MAP.entries) ? MAP.entries.call(map as Map<unknown, unknown>) : map;

export const itemsOf = (set: ReadonlySet<unknown>): Iterable<unknown> =>
  hasBuiltIn(set, SET.values) ? SET.values.call(set as Set<unknown>) : set;

const MAP = Map.prototype;
const SET = Set.prototype;
const sizeGetter = (prototype: object) => {
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'size') ?? {};
  return (value: object): number => get?.call(value);
};
const MAP_SIZE = sizeGetter(MAP);
const SET_SIZE = sizeGetter(SET);

/** One without any iterator has lost its prototype. */
function hasBuiltIn(value: Iterable<unknown>, builtIn: unknown): boolean {
  const own = Reflect.get(value, Symbol.iterator);
  return own === builtIn || typeof own !== 'function';
}

/** Objects that are pairs of a key and a value to whoever iterates over them, by what they say that they are. */
const PAIRS: ReadonlySet<string | undefined> = new Set(['URLSearchParams', 'Headers', 'FormData']);

export const isPairs = (value: object): value is Iterable<readonly [unknown, unknown]> =>
  PAIRS.has(tagOf(value)) && typeof Reflect.get(value, Symbol.iterator) === 'function';
