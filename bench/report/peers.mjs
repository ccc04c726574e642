import { PEERS } from '../senders/peers.mjs';
import { whole as wholeNumber } from './numbers.mjs';

const NONE = '–';
/** What drops more than a hundredth of a burst has saved itself the work. */
const MOST = 0.99;
const digit = (value) => (Number.isFinite(value) ? value.toFixed(1) : NONE);
const whole = (value) => (Number.isFinite(value) ? wholeNumber(value) : NONE);

/** In words where all or none of them arrived; never rounded up. */
export function share(part, of) {
  if (part === 0 || part === of) return part === 0 ? 'none' : 'all';
  return `${Math.max(0.1, Math.floor((part / of) * 1000) / 10)} %`;
}

function labelOf(name) {
  const { label, isOurs } = PEERS[name];
  return isOurs ? `**${label}**` : label;
}

/** At 2,000 records a second, in a burst, and until it arrives at 1,000 a second: what a record costs. */
export function costTable({ cost, latency }) {
  const rows = cost.map(({ name, paced, burst }) => [
    labelOf(name),
    digit(paced.mainMicros),
    digit(paced.processMicros),
    PEERS[name].isFloor || burst.arrived >= burst.records * MOST ? digit(burst.mainMicros) : NONE,
    `${digit(paced.logMedianMicros)} / ${digit(paced.logP99Micros)}`,
    arrivalOf(latency.find((one) => one.name === name)?.rates[1000]),
    whole(paced.peakRssMb),
  ]);
  const cpu = ['main thread, µs', 'process, µs', 'main thread in a burst, µs', '`log()`, median / 99 %, µs'];
  return table(['', ...cpu, 'arrival, median / 99 %, ms', 'memory, MB'], rows);
}

/** Of those that arrived, with how many those are where it is not all. */
function arrivalOf({
  arrived = 0,
  records = 0,
  arrivalMedianMillis: p50 = NaN,
  arrivalP99Millis: p99 = NaN,
} = {}) {
  if (records === 0) return NONE;
  const part = arrived < records ? ` (${share(arrived, records)} arrived)` : '';
  return `${whole(Math.ceil(p50))} / ${whole(Math.ceil(p99))}${part}`;
}

/** 50,000 records without a pause, and closed. */
export function burstTable({ cost }) {
  const rows = cost
    .filter(({ name }) => !PEERS[name].isFloor)
    .map(({ name, burst }) => [
      labelOf(name),
      share(burst.arrived, burst.records),
      whole(burst.rate),
      whole(burst.arrived / burst.posts),
      whole(burst.peakRssMb),
    ]);
  return table(['50,000 at once', 'arrived', 'a second', 'in a POST', 'memory, MB'], rows);
}

/** From `log()` until the sink has it. */
export function latencyTable({ latency }) {
  const rates = Object.keys(latency[0]?.rates ?? {});
  const rows = latency.map(({ name, rates: of }) => [
    labelOf(name),
    ...rates.map((rate) => arrivalOf(of[rate])),
  ]);
  const head = rates.map((rate) => `${Number(rate).toLocaleString('en-US')} a second`);
  return table(['arrival, median / 99 %, ms', ...head], rows);
}

export function fateTable({ fate }) {
  const rows = fate.map(({ name, logged, closed, none, exit, kill, outage }) => [
    labelOf(name),
    ...[closed, none, exit, kill, outage].map((arrived) => share(arrived, logged)),
  ]);
  return table(['', 'closed', 'ends by itself', '`process.exit()`', 'SIGKILL', 'outage of 30 s'], rows);
}

export function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}
