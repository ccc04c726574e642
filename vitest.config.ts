import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Two cores, and tests with real sockets and processes.
    maxWorkers: 2,
  },
});
