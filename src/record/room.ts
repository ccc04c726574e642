import { isNativeError } from 'node:util/types';

/** Thrown where the text of a value would pass its limit. Compared by identity: what a Proxy throws can throw when it is looked at. */
const NO_ROOM = new Error('no room');

export const isNoRoom = (error: unknown): boolean => error === NO_ROOM;

/** Whether the engine has thrown because the stack is full: not a RangeError of somebody else. */
export const isFullStack = (error: unknown): boolean =>
  isNativeError(error) && error instanceof RangeError && /call stack/i.test(error.message);

/** Whether there is no more stack than for a few calls. */
export function isStackFull(): boolean {
  try {
    return dive(FEW_CALLS) > FEW_CALLS;
  } catch {
    return true;
  }
}

const FEW_CALLS = 500;

const dive = (calls: number): number => (calls === 0 ? 0 : 1 + dive(calls - 1));

/** Up to so many fields are looked at, one by one, before their number alone says that they can't all be sent. */
export const FEW_FIELDS = 10_000;
/** A field is no shorter than `"":1,`. */
const LEAST_FIELD = 5;

/** How many characters may still be written. A small value can unfold without end, so what is taken is counted at once. */
export class Room {
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  /** Takes so many characters, which must be there. */
  charge(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) throw NO_ROOM;
  }

  /** Refuses before any work is done what is known to need more characters than are left. */
  mustFit(characters: number): void {
    if (!(characters <= this.#left)) throw NO_ROOM;
  }

  /** The same for the fields of one object, of which some may be left out. */
  mustFitFields(count: number): void {
    if (count > FEW_FIELDS) this.mustFit(count * LEAST_FIELD);
  }

  /** How many characters are left. `giveBack` sets this again, where what was charged since then is charged elsewhere, too. */
  get left(): number {
    return this.#left;
  }

  giveBack(left: number): void {
    this.#left = left;
  }
}

/** For a text that is longer than any string can be. */
export const refuse = (): never => {
  throw NO_ROOM;
};
