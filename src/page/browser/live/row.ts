import type { StreamItem } from './stream-item.js';

export type Fields = Readonly<Record<string, unknown>>;

/** A record on the page. */
export interface Row {
  /** Where it is stored. */
  readonly id: string;
  /** Counts up on this page. */
  readonly number: number;
  readonly item: StreamItem;
  /** When it arrived at the receiver. */
  readonly atMillis: number;
  /** About what it takes of the memory. */
  readonly size: number;
}

export function rowOf(item: StreamItem, number: number, size: number, now: number): Row {
  const { record } = item;
  const stamp = own(record, 'otel.received_at') ?? own(record, 'received_at');
  const at = typeof stamp === 'string' ? Date.parse(stamp) : Number.NaN;
  return { id: idOf(item), number, item, atMillis: Number.isNaN(at) ? now : at, size };
}

export const idOf = ({ file, offset }: StreamItem): string => `${file}:${offset}`;

/** A field can be named `constructor`. */
export const own = (record: object, field: string): unknown =>
  Object.hasOwn(record, field) ? (record as Fields)[field] : undefined;

/** A value as it is compared, counted and shown. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? safeJson(value) : String(value);
}

function safeJson(value: object): string {
  try {
    return JSON.stringify(value, (_key, one) => (typeof one === 'bigint' ? String(one) : one));
  } catch {
    return '[nested too deep to show]';
  }
}

const KINDS = ['type', 'event', 'event_name', 'severity_text', 'level', 'call_type'];

/** What kind of record it is, by the fields that mostly say so. */
export function kindOf(record: Fields): readonly [field: string, kind: string] | undefined {
  for (const field of KINDS) {
    const value = own(record, field);
    if (typeof value === 'string' && value.length > 0 && value.length <= 60) return [field, value];
  }
  return undefined;
}
