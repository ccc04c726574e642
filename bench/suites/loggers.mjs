import { measure } from '../lib/child.mjs';
import { median, medians } from '../lib/stats.mjs';

export const name = 'loggers';
export const rows = [];
const RECORDS = 100_000;

/** `base` is the row that the others of its logger are compared with. */
const CASES = [
  { label: 'pino, to /dev/null', logger: 'pino', to: 'nowhere', isBase: true },
  { label: "pino, its own file transport, in pino's thread", logger: 'pino', to: 'thread' },
  { label: "pino, to the endpoint, in pino's thread", logger: 'pino', to: 'remote' },
  { label: 'winston, to /dev/null', logger: 'winston', to: 'nowhere', isBase: true },
  { label: 'winston, to the endpoint', logger: 'winston', to: 'remote' },
  { label: 'winston, to the endpoint, thread', logger: 'winston', to: 'remote', thread: true },
];

/** What the main thread spends on a record that is logged with pino or winston, to nowhere and to the endpoint. */
export async function run({ wanted, quick, rounds, sinks, say, fail }) {
  if (!wanted(name)) return undefined;
  const records = quick ? RECORDS / 20 : RECORDS;
  const warmUp = records / 5;
  const cases = CASES.map((one) => ({ ...one, measured: [] }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const one of cases) {
      try {
        one.measured.push(await measureOne(one, { records, warmUp }, sinks.records));
        say(
          `round ${round}  ${one.label}: main thread ${one.measured.at(-1).mainMicros.toFixed(2)} us a record`,
        );
      } catch (error) {
        fail(`loggers, ${one.label}`, error);
      }
    }
  }
  return cases.map(({ label, logger, measured }) => {
    const base = cases.find((other) => other.isBase && other.logger === logger);
    const ratios = measured.map(({ mainMicros }, round) => mainMicros / base.measured[round]?.mainMicros);
    return {
      label,
      logger,
      rounds: measured,
      ...medians(measured),
      ratio: median(ratios.filter(Number.isFinite)),
    };
  });
}

async function measureOne({ logger, to, thread = false }, { records, warmUp }, sink) {
  if (to !== 'remote') return measure('loggers', { logger, to, records, warmUp });
  const before = await sink.count();
  const remote = { url: sink.url, format: 'ndjson', thread, maxQueueSize: records + warmUp };
  const one = await measure('loggers', { logger, to, records, warmUp, ...remote });
  const arrived = (await sink.count()).records - before.records;
  if (arrived !== warmUp + records) throw new Error(`${arrived} of ${warmUp + records} records arrived`);
  return one;
}
