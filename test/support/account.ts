import { expect } from 'vitest';
import type { DeliveryStats, RemoteLoggerOptions } from '../../src/index.js';

/** Fast tries without changing what is tried. */
export const FAST: RemoteLoggerOptions = { retry: { initialDelayMillis: 5, maxDelayMillis: 20 } };

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** The two equations that hold at every moment. */
export function expectBalance(stats: DeliveryStats, calls: number): void {
  expect(stats.accepted + sum(stats.dropped)).toBe(calls);
  expect(stats.delivered + sum(stats.failed) + stats.pending).toBe(stats.accepted);
}

/** An account in which all was delivered. */
export const allDelivered = (count: number): DeliveryStats => ({
  accepted: count,
  delivered: count,
  pending: 0,
  failed: {},
  dropped: {},
});
