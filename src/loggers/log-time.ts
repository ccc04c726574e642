import type { HrTime } from '@opentelemetry/api';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,9}))?(?:Z|[+-]\d\d:?\d\d)$/;

/** Units since 1970, and the numbers in which they are times of our days: those below, and not below the one before. */
const SCALES = [
  { below: 1e11, perSecond: 1 },
  { below: 1e14, perSecond: 1e3 },
  { below: 1e17, perSecond: 1e6 },
  { below: 1e20, perSecond: 1e9 },
];

/** A time as loggers write it: a number since 1970 in any unit, or ISO 8601. `undefined` for anything else. */
export const hrTimeOf = (time: unknown): HrTime | undefined =>
  typeof time === 'number' ? ofNumber(time) : typeof time === 'string' ? ofText(time) : undefined;

function ofNumber(time: number): HrTime | undefined {
  const { perSecond } = SCALES.find(({ below }) => time < below) ?? {};
  if (perSecond === undefined || time < 0) return undefined;
  return [Math.floor(time / perSecond), Math.floor((time % perSecond) * (1e9 / perSecond))];
}

function ofText(time: string): HrTime | undefined {
  const match = ISO.exec(time);
  const seconds = Math.floor(Date.parse(time) / 1000);
  if (match === null || Number.isNaN(seconds)) return undefined;
  return [seconds, Number((match[1] ?? '').padEnd(9, '0'))];
}
