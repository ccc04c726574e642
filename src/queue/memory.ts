import { Places } from './places.js';
import { States } from './states.js';

/** The memory of a segment: that of its records, and the tables of where each lies and what became of it. */
export interface Memory {
  readonly bytes: Buffer;
  readonly places: Places;
  readonly states: States;
}

export const memoryOf = (bytes: Buffer, places = new Places(), states = new States()): Memory => ({
  bytes,
  places,
  states,
});

/** Without its records, to be used again: tables that grow anew in each segment were most of what an outage left to the garbage collection. */
export function cleared(memory: Memory): Memory {
  memory.places.clear();
  memory.states.clear();
  return memory;
}

/** `bytes` in other memory; where none is left, as they are. */
export function moved(bytes: Buffer, move: () => Buffer): Buffer {
  try {
    return move();
  } catch {
    return bytes;
  }
}
