import { spanOf } from '../span.js';

/** Reads a time: an ISO 8601 date, UTC where it names no zone, or how long it is ago. `undefined` if it is neither. */
export function timeOf(text: string, now: number): number | undefined {
  const ago = spanOf(text);
  if (ago !== undefined) return now - ago;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const time = Date.parse(text.length > 10 && !hasZone ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
