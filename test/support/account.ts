import { expect } from 'vitest';
import type { DeliveryStats, RemoteLoggerOptions } from '../../src/index.js';
import { where } from './spooled.js';

/** Fast tries without changing what is tried. */
export const FAST: RemoteLoggerOptions = { retry: { initialDelayMillis: 5, maxDelayMillis: 20 } };

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** The two equations that hold at every moment. */
export function expectBalance(stats: DeliveryStats, calls: number): void {
  expect(stats.accepted + sum(stats.dropped)).toBe(calls);
  expect(stats.delivered + sum(stats.failed) + stats.pending).toBe(stats.accepted + (stats.takenOver ?? 0));
}

/** An account in which all was delivered. */
export const allDelivered = (count: number): DeliveryStats => ({
  accepted: count,
  delivered: count,
  pending: 0,
  failed: {},
  dropped: {},
  ...where({ inMemory: {}, onDisk: { takenOver: 0, onDisk: 0 } }),
});

/** An account in which nothing was delivered, after a shutdown: what waited is given up or, with a queue on disk, left there. */
export const leftAtShutdown = (count: number): DeliveryStats => ({
  ...allDelivered(count),
  delivered: 0,
  ...where({ inMemory: { failed: { shutdown: count } }, onDisk: { pending: count, onDisk: count } }),
});

/** An account in which so many wait. */
export const allPending = (count: number): DeliveryStats => ({
  ...allDelivered(count),
  delivered: 0,
  pending: count,
  ...where({ inMemory: {}, onDisk: { onDisk: count } }),
});

/** Of records with these ids, so many could be taken in: as many as `maxQueueSize` says, or all, as they wait on disk. */
export const admitted = (most: number, logged: number): DeliveryStats =>
  where({
    inMemory: { ...allDelivered(most), dropped: { queue_full: logged - most } },
    onDisk: allDelivered(logged),
  });
