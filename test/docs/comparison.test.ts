import { describe, expect, it } from 'vitest';
import { textOf } from '../support/page.js';

interface Costs {
  readonly mainMicros: number;
  readonly processMicros: number;
  readonly logMedianMicros: number;
  readonly peakRssMb: number;
}
interface Fate extends Record<'closed' | 'none' | 'exit' | 'kill' | 'outage', number> {
  readonly name: string;
  readonly logged: number;
}
interface Rate {
  readonly name: string;
  readonly rate: number;
  readonly mainMicros: number;
  readonly processMicros: number;
}
interface Runs {
  readonly rates: { readonly rates: readonly Rate[] };
  readonly peers: {
    readonly cost: readonly { name: string; paced: Costs; burst: { arrived: number; records: number } }[];
    readonly latency: readonly { name: string; rates: Record<string, { arrivalMedianMillis: number }> }[];
    readonly fate: readonly Fate[];
  };
}

/** The bench has no types for others. */
const report = <T>(file: string): Promise<T> =>
  import(String(new URL(`../../bench/report/${file}`, import.meta.url)));
const { lastRuns, withFigures, figures } = await report<{
  lastRuns(): Runs;
  withFigures(page: string, runs: Runs): string;
  figures(runs: Runs): Record<string, string>;
}>('comparison.mjs');
const { plotPeers } = await report<{ plotPeers(peers: Runs['peers']): string }>('peer-plot.mjs');

const runs = lastRuns();
const page = textOf('docs/comparison.md');

const of = <T extends { readonly name: string }>(rows: readonly T[], name: string): T => {
  const row = rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`not measured: ${name}`);
  return row;
};
const cost = (name: string): Costs => of(runs.peers.cost, name).paced;
const fate = (name: string): Fate => of(runs.peers.fate, name);
const arrival = (name: string, perSecond = 1000): number =>
  of(runs.peers.latency, name).rates[perSecond]?.arrivalMedianMillis ?? Number.NaN;
const dropsOfBurst = (name: string): boolean => {
  const { arrived, records } = of(runs.peers.cost, name).burst;
  return arrived < records * 0.99;
};
const between = (low: number, value: number, high: number): boolean => low <= value && value <= high;

const names = runs.peers.fate.map(({ name }) => name);
const ours = names.filter((name) => name.startsWith('ours'));
const others = names.filter((name) => !name.startsWith('ours'));
const winston = ['winston-http', 'winston-http-batch'];
const pino = ['pino-loki', 'pino-opentelemetry'];
const threads = ['ours-thread', 'ours-spool-thread'];
const spools = ['ours-spool', 'ours-spool-thread'];

/** What the page says, and what the last runs must show for it. */
const CLAIMS: readonly (readonly [claim: string, holds: () => boolean])[] = [
  [
    "`ndjson`, `@axiomhq/js` and OpenTelemetry's exporter cost least, and about the same",
    () => {
      const least = ['ours-ndjson', 'axiom', 'otlp'].map((name) => cost(name).processMicros);
      const rest = others.filter((name) => !['axiom', 'otlp'].includes(name));
      return (
        Math.max(...least) < Math.min(...least) * 1.15 &&
        rest.every((name) => cost(name).processMicros > Math.max(...least))
      );
    },
  ],
  [
    "it costs half of what winston's `Http` does",
    () => between(0.4, cost('ours').mainMicros / cost('winston-http').mainMicros, 0.6),
  ],
  [
    '`@axiomhq/js`, the OTLP exporter and pino are quicker',
    () =>
      ['axiom', 'otlp', ...pino].every(
        (name) => cost(name).logMedianMicros < Math.min(...ours.map((one) => cost(one).logMedianMicros)),
      ),
  ],
  [
    "pino's thread takes as much CPU again as its main thread",
    () => pino.every((name) => cost(name).processMicros > 1.8 * cost(name).mainMicros),
  ],
  [
    'With `ndjson`, `thread` saves the main thread little',
    () => between(0.75, cost('ours-thread').mainMicros / cost('ours-ndjson').mainMicros, 1),
  ],
  [
    'send at once, or every few records, and pay for it in CPU',
    () =>
      ['winston-http', 'segment', 'posthog'].every(
        (name) =>
          arrival(name) < 50 && cost(name).mainMicros > Math.max(...ours.map((one) => cost(one).mainMicros)),
      ),
  ],
  [
    'at most, and not at all after a pause',
    () => ours.every((name) => arrival(name) < 200 && arrival(name, 10) < 200),
  ],
  [
    'winston and `@axiomhq/js` take less',
    () =>
      [...winston, 'axiom'].every(
        (name) => cost(name).peakRssMb < Math.min(...ours.map((one) => cost(one).peakRssMb)),
      ),
  ],
  [
    "pino's thread delivers at `process.exit()`, as does `thread` here",
    () => [...pino, ...threads].every((name) => fate(name).exit === fate(name).logged),
  ],
  [
    'What waits at that moment is lost, with most packages',
    () => others.filter((name) => fate(name).kill < fate(name).logged).length > others.length / 2,
  ],
  [
    'with one record a POST, it saves [most](#speed)',
    () => of(runs.rates.rates, 'ours-thread').mainMicros < of(runs.rates.rates, 'ours').mainMicros / 2,
  ],
  [
    'all lost | most lost',
    () => fate('winston-http').outage === 0 && fate('otlp').outage < fate('otlp').logged / 2,
  ],
  ['`spool` alone', () => spools.every((name) => fate(name).kill === fate(name).logged)],
  [
    'deliver all afterwards, as this package does',
    () => ['segment', 'posthog', ...ours].every((name) => fate(name).outage === fate(name).logged),
  ],
  [
    'deliver none',
    () => [...winston, 'logtail', 'pino-loki', 'axiom'].every((name) => fate(name).outage === 0),
  ],
  ['drop what is above their limits', () => ['logtail', ...pino, 'posthog', 'otlp'].every(dropsOfBurst)],
  ['drops none', () => ours.every((name) => !dropsOfBurst(name))],
];

const toOtlp = (field: 'rate' | 'processMicros'): number =>
  of(runs.rates.rates, 'ours-ndjson-3.1')[field] / of(runs.rates.rates, 'otlp-3.1')[field];

const CLAIMS_OF_README: typeof CLAIMS = [
  [
    'twice as fast as OTLP, for half the CPU',
    () => toOtlp('rate') >= 1.95 && toOtlp('processMicros') <= 0.55,
  ],
  [
    '[twice the CPU, one record a POST]',
    () => between(1.6, cost('winston-http').mainMicros / cost('ours').mainMicros, 2.4),
  ],
  ['[a tenth]', () => between(0.05, fate('otlp').outage / fate('otlp').logged, 0.15)],
  ['[nothing](docs/comparison.md', () => fate('winston-http').outage === 0],
  [
    '[everything](docs/comparison.md',
    () => ['winston-http', ...ours].every((name) => fate(name).none === fate(name).logged),
  ],
];

describe('docs/comparison.md', () => {
  it('has the figures of the last runs', () => expect(withFigures(page, runs)).toBe(page));

  it('has all of them', () => {
    const marked = [...page.matchAll(/<!-- figures: ([\w-]+) -->/g)].map(([, name]) => name);
    expect(marked.sort()).toEqual(Object.keys(figures(runs)).sort());
  });

  it('has the picture of the last run', () =>
    expect(textOf('bench/results/peers-node-24.svg')).toBe(plotPeers(runs.peers)));

  it.each(CLAIMS)('says what they show: %s', (claim, holds) => {
    expect(page.replaceAll(/\s+/g, ' ')).toContain(claim);
    expect(holds()).toBe(true);
  });
});

describe('the README', () => {
  it.each(CLAIMS_OF_README)('says what the last runs show: %s', (claim, holds) => {
    expect(textOf('README.md')).toContain(claim);
    expect(holds()).toBe(true);
  });
});
