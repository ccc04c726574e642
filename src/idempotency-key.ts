import { randomUuid } from './uuid.js';

const COUNTER_DIGITS = 12;

let prefix: string | undefined;
let counter = 0;

/**
 * A UUID that nobody else gives, here or elsewhere: random by process (or thread), and counted in it. One at random each time
 * takes longer than all else that a payload is made of. With a count it is the first of so many, which are then taken.
 */
export function nextIdempotencyKey(count = 1): string {
  prefix ??= newPrefix();
  const key = prefix + digits(counter);
  counter += count;
  return key;
}

/** The key that is so many after a first one. */
export const keyAfter = (first: string, index: number): string =>
  index === 0
    ? first
    : first.slice(0, -COUNTER_DIGITS) + digits(Number.parseInt(first.slice(-COUNTER_DIGITS), 16) + index);

const digits = (number: number): string => number.toString(16).padStart(COUNTER_DIGITS, '0');

/** Of version 8, the one that leaves to its maker what its digits mean. */
function newPrefix(): string {
  const [first, second, third = '', fourth] = randomUuid().split('-');
  return `${first}-${second}-8${third.slice(1)}-${fourth}-`;
}
