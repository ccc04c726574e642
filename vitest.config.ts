import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // Two cores, and tests with real sockets and processes.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: ['test/faults/**', 'test/collector/**'],
        },
      },
      { extends: true, test: { name: 'faults', include: ['test/faults/**/*.test.ts'] } },
      { extends: true, test: { name: 'collector', include: ['test/collector/**/*.test.ts'] } },
      {
        extends: true,
        // A thread runs built files, so they are what is tested.
        resolve: {
          alias: [{ find: /^.*\/src\/index\.js$/, replacement: `${import.meta.dirname}/dist/index.js` }],
        },
        test: {
          name: 'faults-thread',
          include: ['test/faults/**/*.test.ts'],
          env: { REMOTE_LOGGER_THREAD: 'true' },
        },
      },
    ],
  },
});
