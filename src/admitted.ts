import type { Context, HrTime } from '@opentelemetry/api';
import type { FlatDict } from './json.js';

/** A record that was admitted, as it was at that moment. */
export interface Admitted {
  /** As JSON text where it is sent as it is; as fields where it meets others on its way. */
  readonly body: FlatDict | string;
  /** What the queue was charged for it. */
  readonly size: number;
  /** Milliseconds since 1970; 0 for text, of which nobody asks it. */
  readonly timestamp: number;
  readonly context: Context | undefined;
}

/** Where admitted records go: to an endpoint of the logger's own, or to a provider of the application. */
export interface Pipeline {
  emit(record: Admitted): void;
  /** Settles when every record emitted before is delivered or given up, however many flushes overlap. */
  flush(): Promise<void>;
  /** An end is near: tries at once what waits for another try. */
  hurry?(): void;
  /** Gives up what is not settled by now, and lets go of all resources. */
  close(): Promise<void>;
}

/** The SDK takes a number from before the process began, such as after a step of the wall clock, as relative to that. */
export const toHrTime = (millis: number): HrTime => [Math.floor(millis / 1000), (millis % 1000) * 1e6];
