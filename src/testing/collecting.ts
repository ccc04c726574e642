import type { Ledger } from '../account/ledger.js';
import type { LoggerConfig } from '../config/config.js';
import type { RecordTaker } from '../logger/to-endpoint.js';
import type { Appended } from '../queue/layout.js';
import { recordBytesWithin } from '../sender/format.js';

/** Takes the text of records in the place of a queue, and has nothing to send. */
export class Collecting implements RecordTaker {
  readonly #mostRecordBytes: number;

  constructor(
    { maxPayloadBytes, format }: LoggerConfig,
    private readonly ledger: Ledger,
    private readonly take: (json: string) => void,
  ) {
    this.#mostRecordBytes = recordBytesWithin(maxPayloadBytes, format);
  }

  append(json: Appended): 'too_large' | undefined {
    if (typeof json !== 'string' || Buffer.byteLength(json) > this.#mostRecordBytes) return 'too_large';
    this.take(json);
    return undefined;
  }

  appended(): void {
    this.ledger.deliver(1);
  }

  async flush(): Promise<void> {}

  hurry(): void {}

  drain(): undefined {}

  leave(): void {}

  async tryAll(): Promise<void> {}

  async close(): Promise<void> {}
}
