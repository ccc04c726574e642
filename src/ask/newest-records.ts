import { ARRIVALS, recordOf } from './fields.js';
import type { Span } from './files.js';
import type { Question } from './question.js';
import { endOf } from './read-file.js';

/** SQLite has all in memory, so it has the newest records only. */
const MAX_RECORDS = 100_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** A record, and when it arrived. */
export interface ArrivedRecord {
  readonly record: Readonly<Record<string, unknown>>;
  /** As the receiver writes it: `2026-11-26T15:00:00.000Z`. */
  readonly arrival: string;
}

/** The last records of the files that are in the span, in their order. */
export async function newestRecords({ files, ...span }: Question): Promise<readonly ArrivedRecord[]> {
  const found: ArrivedRecord[] = [];
  let left = MAX_BYTES;
  for (const file of files.toReversed()) {
    const bytes = await endOf(file.path, left);
    left -= bytes.length;
    for (const line of bytes.toString('utf8').split('\n').reverse()) {
      const arrived = arrivedRecord(line);
      if (arrived !== undefined && isIn(span, arrived.arrival)) found.push(arrived);
      if (found.length === MAX_RECORDS) return found.reverse();
    }
    if (left <= 0) break;
  }
  return found.reverse();
}

/** A line without a time of arrival is damaged. */
function arrivedRecord(line: string): ArrivedRecord | undefined {
  const record = recordOf(line);
  if (record === undefined) return undefined;
  const arrival = arrivalOf(record);
  return arrival === undefined ? undefined : { record, arrival };
}

/**
 * A record can have a field of its own under either name, and ours is under the other one. So where both are times, the later one is ours: a
 * record that comes from another receiver has arrived there before.
 */
function arrivalOf(record: Readonly<Record<string, unknown>>): string | undefined {
  const times = ARRIVALS.map((name) => (Object.hasOwn(record, name) ? record[name] : undefined)).filter(
    (value): value is string =>
      typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value)),
  );
  return times.sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}

/** How a time begins that both engines read. */
const DATE = /^\d{4}-\d\d-\d\d/;

function isIn({ since = 0, until = Number.POSITIVE_INFINITY }: Span, arrival: string): boolean {
  const at = Date.parse(arrival);
  return at >= since && at < until;
}
