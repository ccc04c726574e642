/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: '1: a connection on which a try failed is not used again',
    file: 'src/transport/http.ts',
    from: "if (result?.outcome === 'retry' || !this.#post?.isWhole) this.#drop();",
    to: 'if (!this.#post?.isWhole) this.#drop();',
    test: 'test/faults/back-ends.test.ts',
    only: 'costs a few tries and no record',
    project: 'faults',
  },
  {
    name: '1: a probe opens a new connection',
    file: 'src/transport/retry.ts',
    from: 'this.transport.send(sending.payload, ended, this.#gate.isProbing);',
    to: 'this.transport.send(sending.payload, ended);',
    test: 'test/transport/retry.test.ts',
  },
  {
    name: '1: what gets through beside a failure opens the gate',
    file: 'src/transport/gate.ts',
    from: 'if (!isCurrent && !this.#wasBeside(pass)) return;',
    to: 'if (!isCurrent) return;',
    test: 'test/transport/retry.test.ts',
  },
  {
    name: '1: nothing from before a failed probe opens the gate',
    file: 'src/transport/gate.ts',
    from: 'pass.round === this.#pass.round - 1;',
    to: 'pass.round < this.#pass.round;',
    test: 'test/transport/retry.test.ts',
  },
  {
    name: '1: Retry-After is kept, whatever gets through beside it',
    file: 'src/transport/gate.ts',
    from: 'this.#isDoubtful = !askedMillis;',
    to: 'this.#isDoubtful = true;',
    test: 'test/transport/retry.test.ts',
  },
  {
    name: '1: an outage that is over spends no budget of those that waited',
    file: 'src/transport/retry.ts',
    from: 'if (sending.failures === 0) sending.giveUpAt = undefined;',
    to: 'if (sending.failures < 0) sending.giveUpAt = undefined;',
    test: 'test/transport/retry.test.ts',
  },
];
