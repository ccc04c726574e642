import type { HrTime } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { environmentResource } from '../otel/resource.js';
import { addMetadata, putFree, type ToFlatDictOptions } from '../record/to-dict.js';
import type { Clock } from '../runtime/clock.js';
import { activeSpanContext } from '../runtime/otel-api.js';
import type { FlatDict } from '../types/json.js';

/**
 * Adds to data what an SDK would know of a log record that a logger of ours had made now, and the record's number: POSTs overtake each other, and
 * records can have the same time. The semantic conventions have no name for that. Changes `dict`.
 */
export function metadataAdder(
  options: Required<ToFlatDictOptions>,
  clock: Pick<Clock, 'wallNow'>,
): (dict: FlatDict, sequence: number) => FlatDict | 'internal' {
  let resource: ReadableLogRecord['resource'] | undefined;
  return (dict, sequence) => {
    const hrTime = toHrTime(clock.wallNow());
    try {
      if (options.resource) resource ??= environmentResource();
      const record = {
        hrTime,
        hrTimeObserved: hrTime,
        spanContext: activeSpanContext(),
        instrumentationScope: { name: 'otel-remote-logger' },
        droppedAttributesCount: 0,
        resource,
      };
      const whole = addMetadata(dict, record as ReadableLogRecord, options);
      if (typeof whole === 'object') putFree(whole, 'otel.', 'sequence', sequence);
      return whole;
    } catch {
      return 'internal'; // a package is missing, say
    }
  };
}

/** Not as a number: one from before the process began, such as after a change of the wall clock, the SDK would take as relative to that moment. */
export const toHrTime = (millis: number): HrTime => [Math.floor(millis / 1000), (millis % 1000) * 1e6];
