const FROZEN = { test: 'test/faults/frozen.test.ts', project: 'faults', builds: true };
/** A stall counts like any other time. */
const ALL_TIME = {
  file: 'src/awake-time.ts',
  from: 'const LONGEST_TURN_MILLIS = 500;',
  to: 'const LONGEST_TURN_MILLIS = 500_000;',
};

/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: '4: time in which the process stood still is not charged to a time limit',
    ...ALL_TIME,
    ...FROZEN,
    only: 'sends nothing twice',
  },
  {
    name: '4: nor is it in the thread',
    ...ALL_TIME,
    ...FROZEN,
    project: 'faults-thread',
    only: 'stopped for longer than timeoutMillis',
  },
  {
    name: '4: nor to the deadline of a flush',
    ...ALL_TIME,
    ...FROZEN,
    only: 'the deadline of a flush',
  },
  {
    name: '4: time goes on where each turn of the event loop is a stall',
    file: 'src/awake-time.ts',
    from: 'Math.max(real - this.#lastBeat - LONGEST_TURN_MILLIS, 0)',
    to: 'real - this.#lastBeat > LONGEST_TURN_MILLIS ? real - this.#lastBeat : 0',
    test: 'test/awake-time.test.ts',
  },
  {
    name: '4: what has arrived is read before a timer runs',
    file: 'src/clock.ts',
    from: '        setImmediate(() => {\n          if (isOver) return;\n          end();\n          run();\n        });',
    to: '        {\n          end();\n          run();\n        }',
    test: 'test/clock.test.ts',
  },
  {
    name: '4: a stall is noticed by the beats that do not come',
    file: 'src/clock.ts',
    from: '        this.#time.beat(monotonicNow());\n        return;',
    to: '        return;',
    test: 'test/clock.test.ts',
    only: 'counts a stall',
  },
  {
    name: '4: a pause of the gate goes on while the process stands still',
    file: 'src/transport/gate.ts',
    from: 'this.clock.setPause(',
    to: 'this.clock.setTimer(',
    ...FROZEN,
    only: 'asks at once',
  },
  {
    name: '4: the last word is of an attempt that began since the last stall',
    file: 'src/transport/retry.ts',
    from: ' && startedAt >= this.clock.wentOnAt()',
    to: '',
    test: 'test/transport/retry.test.ts',
    only: 'an attempt that began before a stall',
  },
  {
    name: '4: no record is given up in line by the clock alone',
    file: 'src/transport/retry.ts',
    from: 'if (hasAnswer || !this.#gate.hurry()) {',
    to: 'if (hasAnswer || !hasAnswer) {',
    test: 'test/transport/retry.test.ts',
    only: 'asks once more',
  },
  {
    name: '4: a record whose time is up asks no earlier than the endpoint wants',
    file: 'src/transport/gate.ts',
    from: '    if (this.#isAsked) return false;\n',
    to: '',
    test: 'test/transport/retry.test.ts',
    only: 'asks no earlier',
  },
  {
    name: '4: one attempt is the last word for all whose time is up',
    file: 'src/transport/retry.ts',
    from: '    this.#failedAt = failedAt;\n',
    to: '',
    test: 'test/transport/retry.test.ts',
    only: 'with the outcome of one attempt',
  },
  {
    name: '11: a natural end is not over while the process stands still',
    ...ALL_TIME,
    ...FROZEN,
    only: 'natural end',
  },
];
