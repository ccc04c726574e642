import { PEERS } from '../senders/peers.mjs';

const labelOf = (name) => PEERS[name].label;
const micros = (value) => (value === undefined ? '' : value.toFixed(1));
const share = (part, whole) => `${Math.floor((part / whole) * 1000) / 10} %`;

export function costTable({ cost }) {
  const rows = cost.map(({ name, paced, burst }) => [
    labelOf(name),
    micros(paced.mainMicros),
    micros(paced.processMicros),
    `${micros(paced.logMedianMicros)} / ${micros(paced.logP99Micros)}`,
    Math.round(burst.rate).toLocaleString('en'),
    share(burst.arrived, burst.records),
    micros(burst.mainMicros),
    Math.round(burst.peakRssMb),
  ]);
  return table(
    [
      'package',
      'main us',
      'process us',
      'log() p50 / p99 us',
      'burst: a second',
      'of it arrived',
      'main us',
      'RSS MB',
    ],
    rows,
  );
}

export function latencyTable({ latency }) {
  const rates = Object.keys(latency[0]?.rates ?? {});
  const rows = latency.map(({ name, rates: of }) => [
    labelOf(name),
    ...rates.map((rate) => {
      const { arrivalMedianMillis: p50, arrivalP99Millis: p99 } = of[rate];
      return p50 === undefined ? 'none' : `${Math.ceil(p50)} / ${Math.ceil(p99)}`;
    }),
  ]);
  return table(['arrival p50 / p99 ms', ...rates.map((rate) => `${rate} a second`)], rows);
}

export function fateTable({ fate }) {
  const rows = fate.map(({ name, logged, closed, none, exit, kill, outage }) => [
    labelOf(name),
    ...[closed, none, exit, kill, outage].map((arrived) => share(arrived, logged)),
  ]);
  const head = [
    'arrived',
    'closed',
    'natural end',
    'process.exit(), next start',
    'SIGKILL, next start',
    'outage of 30 s',
  ];
  return table(head, rows);
}

function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}
