import { whole } from './numbers.mjs';

const digits = (count) => (value) => value.toFixed(count);
const percent = (value) => `${Math.round(value * 100)} %`;

/** A table of text: columns are `[heading, key or function of a row, format]`. A value that is missing is a dash. */
function table(rows, columns) {
  const cells = rows.map((row) =>
    columns.map(([, pick, format = String]) => {
      const value = typeof pick === 'function' ? pick(row) : row[pick];
      return value === undefined || Number.isNaN(value) ? '-' : format(value);
    }),
  );
  const all = [columns.map(([heading]) => heading), ...cells];
  const widths = columns.map((_, index) => Math.max(...all.map((line) => line[index].length)));
  const print = (line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])))
      .join('  ');
  return [
    print(all[0]),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...all.slice(1).map(print),
  ].join('\n');
}

function ratesTable(rows, heading, reference) {
  if (rows.length === 0) return '';
  const { rate: base, label } = rows.find((row) => row.name === reference) ?? {};
  const columns = [
    [heading, (row) => (row.missing ? `${row.label}: ${row.missing}` : row.label)],
    ['a second', 'rate', whole],
    [label ? `to ${label.split(' ')[0]}` : 'ratio', (row) => row.rate / base, digits(2)],
    ['main us', 'mainMicros', digits(1)],
    ['process us', 'processMicros', digits(1)],
    ['RSS MB', 'peakRssMb', whole],
    ['heap MB', 'peakHeapMb', whole],
    ['sink busy', 'sinkBusy', percent],
    ['others', 'othersBusy', percent],
  ];
  return table(rows, columns);
}

/** @param {Record<string, any>} results of each suite */
export function tables({
  rates = [],
  delay = [],
  burst = [],
  'no-op': noOp,
  start = [],
  'flat-cost': flat = [],
  'main-thread': mainThread = [],
  heap = [],
  spool,
  exits = [],
  refusal = [],
  redact = [],
  large = [],
  loggers = [],
}) {
  const of = (perPost) => rates.filter((row) => row.perPost === perPost);
  return [
    ratesTable(of('one'), 'one POST a record', 'python'),
    ratesTable(of('many'), 'many records a POST', 'otlp-0.223'),
    delay.length > 0 &&
      table(delay, [
        ['5,000 a second', (row) => (row.missing ? `${row.label}: ${row.missing}` : row.label)],
        ['delay p50 ms', 'p50', digits(2)],
        ['p99 ms', 'p99', digits(2)],
        ['max ms', 'max', digits(1)],
        ['log() p50 us', 'logMedianMicros', digits(2)],
        ['p99 us', 'logP99Micros', digits(2)],
        ['main us', 'mainMicros', digits(1)],
        ['RSS MB', 'peakRssMb', whole],
      ]),
    burst.length > 0 &&
      table(burst, [
        ['a burst', ({ label, records }) => `${label}, ${whole(records)}`],
        ['a second', 'rate', whole],
        ['delay p50 ms', 'p50', digits(2)],
        ['p99 ms', 'p99', digits(2)],
        ['max ms', 'max', digits(1)],
        ['main us', 'mainMicros', digits(1)],
        ['RSS MB', 'peakRssMb', whole],
      ]),
    start.length > 0 &&
      table(start, [
        ['a process that logs little', 'variant'],
        ['import ms', 'importMillis', digits(1)],
        ['first log() ms', 'callMillis', digits(1)],
        ['first arrives ms', 'arrivedMillis', digits(1)],
        ['of it main thread ms', 'mainMillis', digits(1)],
        ['process CPU ms', 'cpuMillis', whole],
        ['RSS MB', 'rssMb', whole],
        ['ends ms', 'endMillis', digits(1)],
      ]),
    flat.length > 0 &&
      table(flat, [
        ['flat cost', ({ variant, queued }) => `${variant}, ${whole(queued)} queued`],
        ['log() us', 'logMicros', digits(2)],
        ['until delivered us', 'totalMicros', digits(1)],
        ['payload MB', 'payloadMb', digits(1)],
        ['memory MB', 'memoryMb', digits(1)],
      ]),
    mainThread.length > 0 &&
      table(mainThread, [
        ['ndjson, 20 a turn', 'label'],
        ['main us', 'mainMicros', digits(2)],
        ['process us', 'processMicros', digits(2)],
        ['a second', 'rate', whole],
        ['RSS MB', 'peakRssMb', whole],
      ]),
    heap.length > 0 &&
      table(heap, [
        ['heap, bytes a record', 'label'],
        ['allocated', 'allocatedBytes', whole],
        ['became old', 'promotedBytes', digits(1)],
        ['left at the end', 'retainedBytes', digits(1)],
      ]),
    spool &&
      table(spool.turns, [
        ['ndjson', 'label'],
        ['a second', 'rate', whole],
        ['main us', 'mainMicros', digits(2)],
        ['process us', 'processMicros', digits(2)],
        ['log() p50 us', 'logMedianMicros', digits(2)],
        ['p99 us', 'logP99Micros', digits(2)],
        ['RSS MB', 'peakRssMb', whole],
      ]),
    spool &&
      table(spool.outages, [
        ['an outage', ({ label, records }) => `${label}, ${whole(records)}`],
        ['idle MB', 'idleMb', whole],
        ['above it MB', 'outageMb', whole],
        ['shutdown ms', 'shutdownMillis', whole],
        ['next start ms', 'startMillis', digits(1)],
        ['all found ms', 'takeoverMillis', whole],
        ['then a second', 'rate', whole],
        ['above idle MB', 'deliveringMb', whole],
        ['sent again', 'again', whole],
      ]),
    exits.length > 0 &&
      table(exits, [
        ['end', ({ variant, label }) => `${variant}, ${label}`],
        ['logged', 'logged'],
        ['arrived', 'arrived'],
        ['ends after ms', 'millis', (value) => whole(Math.ceil(value))],
      ]),
    refusal.length > 0 &&
      table(refusal, [
        ['refused, from its', ({ how, name }) => `${how}: ${name}`],
        ['log() ms', 'millis', digits(2)],
        ['slowest ms', 'worstMillis', digits(2)],
        ['to JSON.stringify of 1 MB', 'ratio', digits(2)],
        ['to Object.keys', 'toKeys', digits(2)],
      ]),
    redact.length > 0 &&
      table(redact, [
        ['redacted', ({ of, rule }) => `${of}, ${rule}`],
        ['a call us', 'micros', digits(2)],
        ['of it redaction us', 'added', digits(2)],
      ]),
    large.length > 0 &&
      table(large, [
        ['large and odd', ({ shape, variant }) => `${shape}, ${variant}`],
        ['KB', ({ bytes }) => bytes / 1000, whole],
        ['floor ns a byte', 'floorNanos', digits(2)],
        ['log() to floor', 'toFloor', digits(2)],
        ['p99 to p99', 'p99ToFloor', digits(2)],
        ['to floor and bytes', 'toBytes', digits(2)],
        ['to JSON.stringify', 'toStringify', digits(2)],
        ['10 MB/s: main us a KB', 'mainMicrosPerKb', digits(2)],
        ['delay p99 ms', 'p99', digits(2)],
        ['max ms', 'max', digits(1)],
        ['RSS MB', 'peakRssMb', whole],
      ]),
    loggers.length > 0 &&
      table(loggers, [
        ['loggers', 'label'],
        ['main us', 'mainMicros', digits(2)],
        ['to plain', 'ratio', digits(2)],
        ['process us', 'processMicros', digits(2)],
        ['a second', 'rate', whole],
        ['RSS MB', 'peakRssMb', whole],
      ]),
    noOp &&
      table(
        [noOp],
        [
          ['no URL', () => `${noOp.modules.length} modules`],
          ['empty ms', 'emptyMillis', digits(1)],
          ['with the logger ms', 'noopMillis', digits(1)],
          ['added ms', 'addedMillis', digits(2)],
          ['a call ns', 'nanosPerCall', digits(2)],
        ],
      ),
  ]
    .filter(Boolean)
    .join('\n\n');
}

export const mustShowTable = (verdicts) =>
  table(verdicts, [
    ['must show', ({ number, what }) => `${number}  ${what}`],
    ['target', 'target'],
    ['figure', 'value', (value) => (Number.isInteger(value) ? whole(value) : value.toFixed(2))],
    ['', 'verdict'],
  ]);
