/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: '0: no pause is shorter than 100 ms',
    file: 'src/transport/retry/backoff.ts',
    from: 'const MIN_PAUSE_MILLIS = 100;',
    to: 'const MIN_PAUSE_MILLIS = 0;',
    test: 'test/transport/retry/backoff.test.ts',
  },
];
