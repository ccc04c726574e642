const COUNTER_DIGITS = 12;

let prefix: string | undefined;
let counter = 0;

/**
 * A UUID that nobody else gives, here or elsewhere: random by process (or thread), and counted in it. One at random each time
 * takes longer than all else that a payload is made of.
 */
export function nextIdempotencyKey(): string {
  prefix ??= newPrefix();
  return prefix + (counter++).toString(16).padStart(COUNTER_DIGITS, '0');
}

/** Of version 8, the one that leaves to its maker what its digits mean. The global, as importing `node:crypto` would slow every start. */
function newPrefix(): string {
  const [first, second, third = '', fourth] = crypto.randomUUID().split('-');
  return `${first}-${second}-8${third.slice(1)}-${fourth}-`;
}
