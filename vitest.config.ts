import { defineConfig } from 'vitest/config';

/** A thread runs built files, so they are what is tested. */
const BUILT = {
  alias: [{ find: /^.*\/src\/index\.js$/, replacement: `${import.meta.dirname}/dist/index.js` }],
};

const FAULTS = { include: ['test/faults/**/*.test.ts'] };

/** Where one thread does all, most of the time is waiting, so there are more files at a time than there are cores. */
const WAITING = { maxWorkers: 3 };

/** The same suite with queues on disk; those that have such a queue in any case are left out. */
const SPOOLED = {
  ...FAULTS,
  exclude: ['test/faults/{kill,taking-over}.test.ts'],
  setupFiles: ['test/support/spool-setup.ts'],
};

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // Two cores, and tests with real sockets and processes.
    maxWorkers: 2,
    setupFiles: ['test/support/temp-setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/faults/**', 'test/collector/**', 'test/page/**'],
        },
      },
      { extends: true, test: { name: 'faults', ...FAULTS, ...WAITING } },
      { extends: true, test: { name: 'faults-spool', ...SPOOLED, ...WAITING, env: { SPOOLED: 'true' } } },
      { extends: true, test: { name: 'page', include: ['test/page/**/*.test.ts'] } },
      { extends: true, test: { name: 'collector', include: ['test/collector/**/*.test.ts'] } },
      {
        extends: true,
        resolve: BUILT,
        test: { name: 'faults-thread', ...FAULTS, env: { REMOTE_LOGGER_THREAD: 'true' } },
      },
      {
        extends: true,
        resolve: BUILT,
        test: {
          name: 'faults-spool-thread',
          ...SPOOLED,
          env: { REMOTE_LOGGER_THREAD: 'true', SPOOLED: 'true' },
        },
      },
    ],
  },
});
