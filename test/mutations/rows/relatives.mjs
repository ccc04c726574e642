/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: '1: a back end that hangs costs a try no more than timeoutMillis',
    file: 'src/transport/http.ts',
    from: "if (this.#post !== undefined) this.fail('timeout', false);",
    to: 'if (this.#post !== undefined) return;',
    test: 'test/faults/back-ends.test.ts',
    only: 'that never answers costs no record, and few tries',
    project: 'faults',
  },
];
