import type { DeadlineOptions } from '../lifecycle/deadline.js';
import type { DeliveryStats } from '../types/account.js';
import type { LogData, LoggerFields } from '../types/json.js';
import { type FieldSources, type FieldsConfig, joinFields } from './fields.js';
import type { RemoteLogger } from './remote-logger.js';

/** A logger that has children. */
export interface ParentLogger extends RemoteLogger {
  logWith(data: LogData, fields: FieldSources | undefined): void;
}

/** A logger with more fields. It has nothing else of its own, so there is nothing to close. */
export class ChildLogger implements RemoteLogger {
  readonly enabled = true;
  readonly #parent: ParentLogger;
  readonly #config: FieldsConfig;
  readonly #fields: FieldSources | undefined;

  constructor(parent: ParentLogger, config: FieldsConfig, fields: FieldSources | undefined) {
    this.#parent = parent;
    this.#config = config;
    this.#fields = fields;
  }

  log(data: LogData): void {
    this.#parent.logWith(data, this.#fields);
  }

  child(fields: LoggerFields): RemoteLogger {
    return new ChildLogger(this.#parent, this.#config, joinFields(fields, this.#fields, this.#config));
  }

  stats(): DeliveryStats {
    return this.#parent.stats();
  }

  flush(options?: DeadlineOptions): Promise<DeliveryStats> {
    return this.#parent.flush(options);
  }

  shutdown(options?: DeadlineOptions): Promise<DeliveryStats> {
    return this.#parent.shutdown(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
