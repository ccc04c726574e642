const UNIT_MILLIS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Reads a time: an ISO 8601 date, UTC where it names no zone, or how long it is ago. `undefined` if it is neither. */
export function timeOf(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNIT_MILLIS[unit] ?? 0);
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const time = Date.parse(text.length > 10 && !hasZone ? `${text}Z` : text);
  return Number.isNaN(time) ? undefined : time;
}
