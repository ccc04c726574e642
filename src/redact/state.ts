import { fold, lastPart } from './name.js';
import type { Step } from './path.js';
import type { Rule } from './rule.js';

/** Far above what the records of a program have: names that come from data, such as the ids of users, are forgotten again. */
const MAX_KEYS = 1000;
const MAX_KEY_LENGTH = 100;
const MAX_STATES = 1000;

/** How far a path has been followed. */
export interface Place {
  readonly step: Step | undefined;
  /** The place after this step; `undefined` where the path ends here. */
  readonly next: Place | undefined;
  readonly rule: Rule;
  readonly id: number;
}

/** All paths at once, as far as they lead to a value. Where a key leads is worked out once. */
export class State {
  /** What becomes of the value; `undefined` if it stays. */
  readonly rule: Rule | undefined;
  /** Whether a path leads on. */
  readonly leads: boolean;
  /** Whether a path leads on through any number of levels. */
  readonly isDeep: boolean;
  /** The only keys by which a path leads on; `undefined` where all have to be looked at. */
  readonly keys: readonly string[] | undefined;
  readonly #places: readonly Place[];
  readonly #states: Map<string, State>;
  readonly #next = new Map<string, State>();
  readonly #asksIndex: boolean;

  constructor(places: readonly Place[], states: Map<string, State>) {
    this.#places = places.filter(({ step }) => step !== undefined);
    this.#states = states;
    this.rule = places
      .filter(({ step }) => step === undefined)
      .map(({ rule }) => rule)
      .sort((one, other) => one.order - other.order)[0];
    const steps = this.#places.flatMap(({ step, next }) =>
      step?.kind === 'deep' ? [step, next?.step] : [step],
    );
    this.leads = steps.length > 0;
    this.isDeep = steps.some((step) => step?.kind === 'deep');
    const keys = steps.map((step) => (step?.kind === 'key' ? step.key : undefined));
    this.keys = keys.includes(undefined) ? undefined : ([...new Set(keys)] as string[]);
    this.#asksIndex = steps.some(
      (step) => step !== undefined && /\d$/.test('key' in step ? step.key : 'name' in step ? step.name : ''),
    );
  }

  /** The state of the value with this key. */
  next(key: string): State {
    if (!this.leads) return this;
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const state = this.#follow(key);
    if (key.length > MAX_KEY_LENGTH || this.#states.size >= MAX_STATES) return state;
    if (this.#next.size >= MAX_KEYS) this.#next.clear();
    this.#next.set(key, state);
    return state;
  }

  /** The state of an item. That of most paths is the same for all. */
  item(index: number): State {
    return this.next(this.#asksIndex ? String(index) : '0');
  }

  #follow(key: string): State {
    const names = [fold(key), fold(lastPart(key))];
    const places: Place[] = [];
    for (const place of this.#places) {
      const isDeep = place.step?.kind === 'deep';
      if (isDeep) places.push(place);
      const from = isDeep ? place.next : place;
      if (from?.step !== undefined && from.next !== undefined && matches(from.step, key, names)) {
        places.push(from.next);
      }
    }
    return stateOf(places, this.#states);
  }
}

function matches(step: Step, key: string, names: readonly string[]): boolean {
  if (step.kind === 'key') return step.key === key;
  if (step.kind === 'name') return names.includes(step.name);
  return step.kind === 'any' || (step.kind === 'ending' && names.some((name) => name.endsWith(step.name)));
}

/** There is one state for the same places, so that what it has worked out is not worked out again. */
function stateOf(places: readonly Place[], states: Map<string, State>): State {
  const ids = [...new Set(places)].map(({ id }) => id).sort((one, other) => one - other);
  const known = states.get(ids.join());
  if (known !== undefined) return known;
  const state = new State([...new Set(places)], states);
  if (states.size < MAX_STATES) states.set(ids.join(), state);
  return state;
}

/** Where a record begins. */
export function startOf(paths: readonly { readonly steps: readonly Step[]; readonly rule: Rule }[]): State {
  let id = 0;
  const places = paths.map(({ steps, rule }) => {
    const end: Place = { step: undefined, next: undefined, rule, id: id++ };
    return steps.reduceRight<Place>((next, step) => ({ step, next, rule, id: id++ }), end);
  });
  return stateOf(places, new Map());
}
