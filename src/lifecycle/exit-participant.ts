import type { DeliveryStats } from '../types/account.js';
import type { DeadlineOptions } from './deadline.js';
import type { Draining } from './drain.js';

/** What the end of the process needs of a logger. */
export interface ExitParticipant {
  stats(): DeliveryStats;
  flush(options: DeadlineOptions): Promise<DeliveryStats>;
  /** A flush before an end: its last attempts skip all pauses. */
  end(options: DeadlineOptions): Promise<DeliveryStats>;
  shutdown(options: DeadlineOptions): Promise<DeliveryStats>;
  /** Hands all that is pending over to what needs no event loop, if there is such a thing. */
  drain(): Draining | undefined;
  /** Writes down what outlives the process. */
  leave(): void;
  /** Tries to deliver what outlives the process all the same, until that fails. */
  tryAll(): Promise<void>;
}

/** How many records a process that ends now leaves undelivered for good. */
export function leftBehind(logger: ExitParticipant): number {
  const { pending, onDisk = 0 } = logger.stats();
  return pending - onDisk;
}

export const recordsOf = (count: number): string => (count === 1 ? '1 record' : `${count} records`);
