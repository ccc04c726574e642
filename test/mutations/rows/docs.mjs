/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: 'docs: troubleshooting has every message of the library',
    file: 'src/config/destination.ts',
    from: "'HTTP_PROXY and HTTPS_PROXY must be absolute http: or https: URLs; connecting directly'",
    to: "'HTTP_PROXY and HTTPS_PROXY are no absolute URLs; connecting directly'",
    test: 'test/docs/troubleshooting.test.ts',
  },
  {
    name: 'docs: guarantees have every reason',
    file: 'src/types/send-result.ts',
    from: "  | 'expired'",
    to: "  | 'too_old'",
    test: 'test/docs/guarantees.test.ts',
  },
  {
    name: 'docs: each end of a process has a test',
    file: 'docs/guarantees.md',
    from: 'drain.test.ts): goes on with what has been spent before',
    to: 'drain.test.ts): waits for ever',
    test: 'test/docs/guarantees.test.ts',
  },
];
