/**
 * OpenTelemetry's severity numbers of levels by their names, which its own transports for these loggers give them, too: those
 * of pino, then those of winston (npm, syslog, cli).
 */
const SEVERITIES: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,

  silly: 1,
  verbose: 6,
  http: 7,

  notice: 10,
  warning: 13,
  crit: 21,
  alert: 22,
  emerg: 23,

  input: 2,
  prompt: 4,
  data: 10,
  help: 11,
};

/** The severity number of a level by its name; `undefined` for one that only its application knows. */
export function severityOfName(name: string): number | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(SEVERITIES, key) ? SEVERITIES[key] : undefined;
}

/** Pino's own levels, by number. */
const PINO = new Map([
  [10, 1],
  [20, 5],
  [30, 9],
  [40, 13],
  [50, 17],
  [60, 21],
]);

/** What lies between pino's levels, and beyond, gets the numbers that none of those has: three of each four. */
const BETWEEN = 18;

/** The severity number of a pino level by its number. */
export function severityOfPino(level: number): number {
  const exact = PINO.get(level);
  if (exact !== undefined) return exact;
  const step = Math.floor(((level - 10) / 60) * BETWEEN);
  const index = Math.min(Math.max(step, 0), BETWEEN - 1);
  return 4 * Math.floor(index / 3) + (index % 3) + 2;
}
