import type { ChartSeries } from '../shared/chart.js';
import type { Answer, ChartPlan } from './asking.js';

/** What a chart shows of an answer. */
export interface Plot {
  readonly x: readonly number[];
  readonly y: readonly (readonly (number | null)[])[];
  readonly series: readonly ChartSeries[];
  /** The name of the row at an x; '' where there is none. */
  readonly nameAt: (x: number) => string;
}

const COLORS = 6;

/** More groups of bars than this can't be told apart. */
const MAX_GROUPS = 40;

/** `undefined` where there is nothing to draw. */
export function plotOf({ columns, rows }: Answer, { kind, labels }: ChartPlan): Plot | undefined {
  const drawn = columns.slice(labels);
  if (rows.length === 0 || drawn.length === 0) return undefined;
  const numberIn = (row: Answer['rows'][number], at: number): number | null => {
    const value = row[labels + at];
    return typeof value === 'number' ? value : null;
  };
  const series = drawn.map(
    ({ name }, at): ChartSeries => ({
      label: name,
      color: `--series-${(at % COLORS) + 1}`,
      kind: kind === 'time' ? 'area' : 'bars',
    }),
  );
  if (kind === 'time') {
    const inOrder = rows
      .filter((row) => row[0] !== null)
      .toSorted((a, b) => secondsOf(a[0]) - secondsOf(b[0]));
    return {
      x: inOrder.map((row) => secondsOf(row[0])),
      y: drawn.map((_, at) => inOrder.map((row) => numberIn(row, at))),
      series,
      nameAt: () => '',
    };
  }
  return bars(rows.slice(0, MAX_GROUPS), labels, series, numberIn);
}

/** A place for each bar of a group, and one between groups. */
function bars(
  rows: Answer['rows'],
  labels: number,
  series: readonly ChartSeries[],
  numberIn: (row: Answer['rows'][number], at: number) => number | null,
): Plot {
  const places = series.length + 1;
  const x = rows.flatMap((_, row) => series.map((_one, at) => row * places + at));
  const y = series.map((_, own) =>
    rows.flatMap((row) => series.map((_one, at) => (at === own ? numberIn(row, at) : null))),
  );
  const middle = Math.floor((series.length - 1) / 2);
  const nameAt = (place: number): string =>
    (place - middle) % places === 0
      ? (rows[(place - middle) / places]?.slice(0, labels).join(' ') ?? '')
      : '';
  return { x, y, series, nameAt };
}

/** A time as SQL writes it, in UTC. */
const secondsOf = (value: unknown): number => {
  const text = String(value).replace(' ', 'T');
  return Date.parse(text.length > 10 && !/Z|[+-]\d\d(:?\d\d)?$/.test(text) ? `${text}Z` : text) / 1000;
};
