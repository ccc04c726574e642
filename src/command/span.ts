const UNIT_MILLIS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** What is said of them in messages. */
export const SPAN_EXAMPLES = '90s, 15m, 12h, 30d, 2w';

/** Reads a span of time, such as 30d, in milliseconds; `undefined` where it is none. */
export function spanOf(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  const millis = Number(count) * (UNIT_MILLIS[unit] ?? 0);
  return Number.isSafeInteger(millis) ? millis : undefined;
}
