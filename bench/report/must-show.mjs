import { median } from '../lib/stats.mjs';

/**
 * Each target with the figure of this run. `atLeast` and `atMost` are the targets; a figure that was not measured has no
 * `value`.
 * @param {Record<string, any>} results of each suite
 */
export function mustShow({
  rates = [],
  delay = [],
  'no-op': noOp,
  'flat-cost': flat = [],
  'main-thread': mainThread = [],
  heap = [],
  exits = [],
  refusal = [],
  redact = [],
}) {
  const rate = finder(rates);
  const at = finder(delay);
  const ratio = (a, b, field) => ratioOf(rate(a), rate(b), field);
  const idle = at('idle').p99;
  const inProcess = (label) =>
    exits.find((row) => row.variant === 'in process' && row.label === label).millis;
  const undici = rate('undici').rate > rate('undici-pipelined').rate ? 'undici' : 'undici-pipelined';
  const figures = [
    ['1', 'one POST a record: rate to the Python original', ratio('ours', 'python', 'rate'), { atLeast: 40 }],
    [
      '1',
      'one POST a record: rate to bare undici, the faster row',
      ratio('ours', undici, 'rate'),
      { atLeast: 0.9 },
    ],
    ['2', 'thread: main thread, us a record', rate('ours-thread').mainMicros, { atMost: 6 }],
    [
      '2',
      'thread: main thread to in process, times less',
      ratio('ours', 'ours-thread', 'mainMicros'),
      { atLeast: 5 },
    ],
    ['2', 'thread: rate to in process', ratio('ours-thread', 'ours', 'rate'), { atLeast: 0.8 }],
    ...['0.223', '3.1'].flatMap((line) => [
      [
        '3',
        `ndjson, SDK ${line}: rate to OTLP`,
        ratio(`ours-ndjson-${line}`, `otlp-${line}`, 'rate'),
        { atLeast: 2.5 },
      ],
      [
        '3',
        `ndjson, SDK ${line}: process CPU to OTLP`,
        ratio(`ours-ndjson-${line}`, `otlp-${line}`, 'processMicros'),
        { atMost: 0.5 },
      ],
    ]),
    ...['ours', 'thread'].flatMap((row) => [
      ['4', `log(), ${at(row).label ?? row}: median, us`, at(row).logMedianMicros, { atMost: 2 }],
      ['4', `log(), ${at(row).label ?? row}: p99, us`, at(row).logP99Micros, { atMost: 20 }],
    ]),
    ['5', 'no-op: added to process start, ms', noOp?.addedMillis, { atMost: 15 }],
    ['5', 'no-op: a call, ns', noOp?.nanosPerCall, { atMost: 5 }],
    ['5', 'no-op: modules of SDK and undici loaded', noOp?.peers.length, { atMost: 0 }],
    ...flatFigures(flat, 'in process'),
    ...flatFigures(flat, 'thread'),
    ['7', 'thread: event-loop delay p99 above idle, ms', at('thread').p99 - idle, { atMost: 1 }],
    ['7', 'thread: the same with 100 KB records, ms', at('thread-big').p99 - idle, { atMost: 5 }],
    ...exits
      .filter(({ variant }) => variant === 'thread')
      .map(({ label, arrived, millis }) =>
        label.includes('down')
          ? [
              '8',
              `thread, ${label}: ends after, ms more than in process`,
              millis - inProcess(label),
              { atMost: 2000 },
            ]
          : ['8', `thread, ${label}: arrived of 1,000`, arrived, { atLeast: 1000 }],
      ),
    ...refusalFigures(refusal),
    ...redactFigures(redact),
    ...floorFigures(mainThread, delay),
    ...heap.map(({ label, promotedBytes }) => [
      '12',
      `${label}: heap that becomes old, bytes a record`,
      promotedBytes,
      { atMost: 100 },
    ]),
  ];
  return figures.map(([number, what, value, target]) => verdict(number, what, value, target));
}

const finder = (rows) => (name) => rows.find((row) => row.name === name) ?? {};

/** The median of the ratios in each round: what slows the machine for a while slows both rows of a round. */
function ratioOf({ rounds: a = [] }, { rounds: b = [] }, field) {
  const ratios = a.map((one, round) => one[field] / b[round]?.[field]).filter(Number.isFinite);
  return ratios.length === 0 ? undefined : median(ratios);
}

function flatFigures(all, variant) {
  const rows = all.filter((row) => row.variant === variant);
  if (rows.length < 2) return [['6', `flat cost, ${variant}`, undefined, { atMost: 1.2 }]];
  const spread = (field) =>
    Math.max(...rows.map((row) => row[field])) / Math.min(...rows.map((row) => row[field]));
  const memory = Math.max(...rows.map(({ memoryMb, payloadMb }) => memoryMb / (2 * payloadMb + 40)));
  const range = `${rows[0].queued} to ${rows.at(-1).queued} queued`;
  return [
    ['6', `${variant}, ${range}: log(), dearest to cheapest`, spread('logMicros'), { atMost: 1.2 }],
    [
      '6',
      `${variant}, ${range}: until delivered, dearest to cheapest`,
      spread('totalMicros'),
      { atMost: 1.2 },
    ],
    ['6', `${variant}: memory to 2 x payload + 40 MB`, memory, { atMost: 1 }],
  ];
}

/** The dearest of each kind. */
function refusalFigures(all) {
  const dearest = (how, field) => Math.max(...all.filter((row) => row.how === how).map((row) => row[field]));
  const toStringify = 'times JSON.stringify of 1 MB';
  return [
    ['9', `refused by its size, the dearest: ${toStringify}`, dearest('size', 'ratio'), { atMost: 4 }],
    [
      '9',
      `refused while it is copied, the dearest: ${toStringify}`,
      dearest('copying', 'ratio'),
      { atMost: 4 },
    ],
    [
      '9',
      `refused by the number of its keys, the dearest: ${toStringify}`,
      dearest('keys', 'ratio'),
      { atMost: 4 },
    ],
    ['9', 'the same: times Object.keys of it', dearest('keys', 'toKeys'), { atMost: 1.5 }],
  ];
}

/** For the paths that pino knows. */
function redactFigures(all) {
  const rows = all.filter(({ of, rule }) => of === 'pino' && rule !== 'nothing');
  if (rows.length === 0) return [['10', 'redaction: what it adds, to pino', undefined, { atMost: 1 }]];
  return rows.map((pino) => {
    const ours = all.find(({ of, rule }) => of === 'ours' && rule === pino.rule) ?? {};
    return [
      '10',
      `redaction, ${pino.rule}: what it adds, to pino`,
      ratioOf(ours, pino, 'added'),
      { atMost: 1 },
    ];
  });
}

/** Beside the least that log() must do. */
function floorFigures(mainThread, delay) {
  const of = finder(mainThread);
  const at = finder(delay);
  return [
    ...['thread, memory', 'thread, disk', 'in process, disk'].map((label) => [
      '11',
      `ndjson, ${label}: main thread to the floor`,
      ratioOf(of(label), of('floor'), 'mainMicros'),
      { atMost: 1.25 },
    ]),
    [
      '11',
      'log(): median to the floor',
      ratioOf(at('ours'), at('floor'), 'logMedianMicros'),
      { atMost: 1.25 },
    ],
    ['11', 'log(): p99 to the floor', ratioOf(at('ours'), at('floor'), 'logP99Micros'), { atMost: 1.5 }],
  ];
}

function verdict(number, what, value, { atLeast, atMost }) {
  const target = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  if (!Number.isFinite(value)) return { number, what, target, verdict: 'not measured' };
  const met = atLeast === undefined ? value <= atMost : value >= atLeast;
  return {
    number,
    what,
    target,
    value: cautious(value, atLeast !== undefined),
    verdict: met ? 'met' : 'NOT MET',
  };
}

/** Two digits after the point, rounded to the side of the worse; what is no more than an error of floating point is none. */
const cautious = (value, down) =>
  (down ? Math.floor(value * 100 + 1e-9) : Math.ceil(value * 100 - 1e-9)) / 100 + 0; // + 0: no -0
