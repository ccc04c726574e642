import { randomUUID } from 'node:crypto';

/** Without the last group, and of version 8: the one that leaves to its maker what its digits mean. */
const PREFIX = randomUUID()
  .slice(0, 24)
  .replace(/(?<=^.{14})./, '8');
const COUNTER_DIGITS = 12;

let counter = 0;

/** A UUID that nobody else gives, here or elsewhere: it is random by process (or thread), and counted in it. One at random each time takes longer than all else that a payload is made of. */
export const nextIdempotencyKey = (): string =>
  PREFIX + (counter++).toString(16).padStart(COUNTER_DIGITS, '0');
