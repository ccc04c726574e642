import { randomUuid } from '../runtime/uuid.js';

/** Of the fourth group of a UUID, the first two bits are the variant. The other bits are for the count. */
const VARIANT = 0x8000;

/** The greatest count that has room in a key. */
export const MOST_COUNTED = 0x3fff;

/**
 * The key of records that lie side by side, made of the place of the first one and of how many they are: a UUID that is used nowhere else.
 * The same records have the same key in each try, also where another thread makes it. A part of them has another key. The version is 8,
 * for UUIDs with digits of our own: a random UUID each time would cost more than the rest of a payload.
 */
export const idempotencyKey = (prefix: string, position: number, count: number): string =>
  `${prefix}-${(VARIANT | (count & MOST_COUNTED)).toString(16)}-${position.toString(16).padStart(12, '0')}`;

/** A random prefix for the keys of one queue. */
export function newKeyPrefix(): string {
  const [first, second, third = ''] = randomUuid().split('-');
  return `${first}-${second}-8${third.slice(1)}`;
}
