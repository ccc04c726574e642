import type { Ledger } from '../account/ledger.js';
import type { LoggerConfig } from '../config/config.js';
import { Delivery } from '../delivery/delivery.js';
import { openPipeline } from '../otel/open-pipeline.js';
import { filtered, Refusal } from '../record/before-send.js';
import { Copied } from '../record/copied.js';
import { encodeTaken } from '../record/encode-record.js';
import type { FlattenRefusal } from '../record/flatten.js';
import { isFullStack } from '../record/room.js';
import type { Clock } from '../runtime/clock.js';
import { MOST_COUNTED } from '../sender/idempotency-key.js';
import type { DropReason } from '../types/account.js';
import type { FlatDict } from '../types/json.js';
import { metadataAdder } from './add-own-metadata.js';
import type { RouteTo } from './route.js';

/** Takes the text of records, and counts what becomes of them. */
export type RecordTaker = Pick<
  Delivery,
  'append' | 'appended' | 'flush' | 'hurry' | 'drain' | 'leave' | 'tryAll' | 'close'
>;

/** To an endpoint of the logger's own: through its queue, or to a taker in its place. */
export function toEndpoint(
  config: LoggerConfig,
  clock: Clock,
  takerFor?: (ledger: Ledger) => RecordTaker,
): RouteTo {
  const { batch, maxQueueSize, maxQueueBytes, metadata, endpoint, beforeSend, oversize } = config;
  const { scheduledDelayMillis } = batch;
  const maxExportBatchSize = Math.min(batch.maxExportBatchSize, maxQueueSize, MOST_COUNTED);
  const settings = { maxExportBatchSize, scheduledDelayMillis, maxQueueSize, maxQueueBytes };
  // It is the time of a batch, which begins when the batch is full.
  const exportTimeoutMillis = config.exportTimeoutMillis + scheduledDelayMillis;

  return {
    endpoint: endpoint.url,
    isText: !metadata && beforeSend === undefined && oversize !== 'trim',
    open(ledger, onBroken) {
      const delivery =
        takerFor?.(ledger) ??
        new Delivery({ ...config, exportTimeoutMillis }, settings, ledger, openPipeline, onBroken, clock);
      const complete = completing(config, ledger, clock);
      return {
        admit(dict) {
          const whole = complete(dict);
          if (typeof whole === 'string' || whole instanceof Refusal) return whole;
          const isTaken = whole instanceof Copied && delivery.append(whole) === undefined;
          const refusal = isTaken ? undefined : appendText(delivery, whole);
          if (refusal !== undefined) return refusal;
          ledger.accept(1);
          delivery.appended();
          return undefined;
        },
        flush: () => delivery.flush(),
        hurry: () => delivery.hurry(),
        drain: () => delivery.drain(),
        leave: () => delivery.leave(),
        tryAll: () => delivery.tryAll(),
        close: () => delivery.close(),
      };
    },
  };
}

/** Of what is not short; or a copy that could not be written in its place, as the next record begins new memory, say. */
function appendText(delivery: RecordTaker, record: FlatDict | Copied): DropReason | undefined {
  let json: string;
  try {
    json = encodeTaken(record);
  } catch (error) {
    return isFullStack(error) ? 'internal' : 'too_large'; // for any text that there can be
  }
  return delivery.append(json);
}

/** Makes of a record's data what is to be sent, or says why nothing is. */
function completing(
  config: LoggerConfig,
  ledger: Ledger,
  clock: Clock,
): (dict: FlatDict | Copied) => FlatDict | Copied | FlattenRefusal | Refusal {
  const { metadata, beforeSend, maxPayloadBytes } = config;
  if (!metadata && beforeSend === undefined) return (dict) => dict;
  const addMetadata = metadata ? metadataAdder(config, clock) : undefined;
  return (copied) => {
    const dict = copied as FlatDict; // as it is not `isText`
    const whole = addMetadata === undefined ? dict : addMetadata(dict, ledger.accepted + 1);
    return filtered(beforeSend, whole, maxPayloadBytes);
  };
}
