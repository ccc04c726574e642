import type { DeliveryConfig } from '../config/config.js';
import type { Outlet } from '../queue/reader.js';
import type { Clock } from '../runtime/clock.js';
import type { Configured } from '../transport/http/request-headers.js';
import type { Attempt } from '../types/send-result.js';
import type { Settled } from './sender.js';

/** What an outlet is made with, in the main thread. */
export interface Wiring {
  readonly config: DeliveryConfig;
  readonly configured: Configured;
  /** Is told of each attempt, before its payload is settled. */
  readonly attempted: (attempt: Attempt) => void;
  /** Whether each attempt is measured. Otherwise, of attempts in a row with the same outcome, only the last one has to be told. */
  readonly measures: boolean;
  readonly onSettled: Settled;
  /** To be called when there is room again. */
  readonly onRoom: () => void;
  readonly clock: Clock;
}

/** An outlet that sends. */
export interface DeliveryOutlet extends Outlet {
  /** An end is near: tries at once what waits for another try. */
  hurry(): void;
  /** Gives up what is under way, which settles as refused with reason `shutdown`, and lets go of all resources. */
  close(): Promise<void>;
  /** Does what can be done without the event loop of this thread, and returns whether there may be more to do. Only where another thread sends. */
  advance?(): boolean;
}
