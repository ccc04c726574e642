import { createHash } from 'node:crypto';

/** Digits of a key's hash: 96 bits. */
const HASH_DIGITS = 24;

/**
 * What is remembered of a payload, in 32 hex digits: a hash of its `Idempotency-Key`, and the checksum of its records. By the first, a payload
 * that comes again is known; by the second, another one that has the same key.
 */
export const keyOf = (idempotencyKey: string, checksum: number): string =>
  createHash('sha256').update(idempotencyKey).digest('hex').slice(0, HASH_DIGITS) +
  checksum.toString(16).padStart(8, '0');

export const hashIn = (key: string): string => key.slice(0, HASH_DIGITS);
export const checksumIn = (key: string): number => Number.parseInt(key.slice(HASH_DIGITS), 16);
