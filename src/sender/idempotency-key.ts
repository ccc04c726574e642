import { randomUuid } from '../runtime/uuid.js';

/** The first digit of the group says which variant of UUIDs it is, in two bits; the others are for the count. */
const VARIANT = 0x8000;

/** Most records of a payload that a key tells from some of them alone. */
export const MOST_COUNTED = 0x3fff;

/**
 * The key of records that lie side by side, by the place of the first and by how many they are: a UUID that nobody else gives, here or
 * elsewhere. The same records have the same key in each try, also where another thread makes it; some of them alone have another one.
 * Version 8, for digits of one's own: a random one each time would cost more than the rest of a payload.
 */
export const idempotencyKey = (prefix: string, position: number, count: number): string =>
  `${prefix}-${(VARIANT | (count & MOST_COUNTED)).toString(16)}-${position.toString(16).padStart(12, '0')}`;

/** At random, for one queue. */
export function newKeyPrefix(): string {
  const [first, second, third = ''] = randomUuid().split('-');
  return `${first}-${second}-8${third.slice(1)}`;
}
