/** The name of a file with records: the hour in which it was begun, in UTC, and a number where there is more than one of that hour. */
const NAME = /^(\d{4,}-\d\d-\d\dT\d\d)(?:_(\d{3,}))?\.ndjson$/;

export const isDataName = (name: string): boolean => NAME.test(name);

/** Such as `2026-11-26T15`. */
export const hourOf = (millis: number): string =>
  new Date(millis).toISOString().slice(0, -':00:00.000Z'.length);

export const hourIn = (name: string): string => NAME.exec(name)?.[1] ?? '';

const numberIn = (name: string): number => Number(NAME.exec(name)?.[2] ?? 0);

export const HOUR_MILLIS = 60 * 60 * 1000;

/** When the hour in a name begins, in milliseconds since 1970; `NaN` where the name has none. */
export const beginOf = (name: string): number => Date.parse(`${hourIn(name)}:00:00.000Z`);

/** In the order in which they were begun, unless the clock was set back. */
export const byAge = (a: string, b: string): number => beginOf(a) - beginOf(b) || numberIn(a) - numberIn(b);

/**
 * A name of this hour behind all that are there. What somebody has made of a file, such as `2026-11-26T15.ndjson.gz`, counts as well: it may
 * become the file again.
 */
export function newName(hour: string, there: readonly string[]): string {
  const numbers = there
    .map((name) => name.replace(/(\.ndjson).*$/, '$1'))
    .filter((name) => hourIn(name) === hour)
    .map(numberIn);
  const number = Math.max(-1, ...numbers) + 1;
  return number === 0 ? `${hour}.ndjson` : `${hour}_${String(number).padStart(3, '0')}.ndjson`;
}
