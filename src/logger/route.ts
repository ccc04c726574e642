import type { Ledger } from '../account/ledger.js';
import type { Draining } from '../lifecycle/drain.js';
import type { Refusal } from '../record/before-send.js';
import type { Copied } from '../record/copied.js';
import type { DropReason } from '../types/account.js';
import type { FlatDict } from '../types/json.js';

/** Where a logger's records go. */
export interface Route {
  /** Takes a record and counts it, or says why not. */
  admit(dict: FlatDict | Copied): DropReason | Refusal | undefined;
  /** Settles when every record admitted before is delivered or given up, however many flushes overlap. */
  flush(): Promise<void>;
  /** An end is near: tries at once what waits for another try. */
  hurry(): void;
  /** For the end of the process, where nothing else runs any more: `undefined` where nothing can go on then. */
  drain(): Draining | undefined;
  /** The process may end now: what outlives it is written down. */
  leave(): void;
  /** Tries to deliver what outlives the process all the same, until that fails. */
  tryAll(): Promise<void>;
  /** Gives up what is not settled by now, and lets go of all resources. */
  close(): Promise<void>;
}

/** Makes a route with the account of a logger, which is told when it can't send, and why. */
export interface RouteTo {
  /** `undefined` where others know it. */
  readonly endpoint: URL | undefined;
  /** Whether records become JSON at once: then short ones come as they were copied. */
  readonly isText: boolean;
  open(ledger: Ledger, onBroken: (error: unknown) => void): Route;
}
