import { UNIT_BYTES } from './layout.js';

/** No character takes more. */
const CHARACTER_BYTES = 4;
/** Larger memory is not kept. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

const NONE: Buffer = Buffer.alloc(0);
let kept = NONE;

/**
 * Gives the bytes of a text to `take`, which copies them, and returns what that does; -1 if they are more than `most`. To count them first would
 * take as long as to write them, and the copy takes a fraction of that.
 */
export function withBytesOf(text: string, most: number, take: (bytes: Buffer) => number): number {
  if (text.length > most) return -1;
  // Of a text that has no room in it, all that is written is more than `most`.
  const memory = memoryOf(Math.min(text.length * UNIT_BYTES, most + CHARACTER_BYTES));
  const length = memory.write(text);
  const taken = length > most ? -1 : take(memory.subarray(0, length));
  if (memory.length <= MOST_KEPT_BYTES) kept = memory;
  return taken;
}

/** Nobody else has it meanwhile. */
function memoryOf(bytes: number): Buffer {
  const memory = kept;
  kept = NONE;
  return bytes <= memory.length ? memory : Buffer.allocUnsafeSlow(bytes);
}
