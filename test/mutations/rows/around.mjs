/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: '14: what setRemoteLogger() is given is the logger of all copies of the package',
    file: 'src/logger/global-logger.ts',
    from: "Symbol.for('otel-remote-logger.logger')",
    to: "Symbol('otel-remote-logger.logger')",
    test: 'test/public-api.test.ts',
    builds: true,
    only: 'over two copies',
  },
  {
    name: '14: setRemoteLogger() returns the logger before',
    file: 'src/logger/global-logger.ts',
    from: '  return before;',
    to: '  return logger ?? before;',
    test: 'test/logger/global-logger.test.ts',
  },
  {
    name: '14: what is no logger is refused',
    file: 'src/logger/global-logger.ts',
    from: 'METHODS.every(',
    to: 'METHODS.some(',
    test: 'test/logger/global-logger.test.ts',
  },
  {
    name: '14: a flush of withFlush() that fails keeps no other from being made',
    file: 'src/logger/with-flush.ts',
    from: 'flush().catch(tellFault)',
    to: 'flush()',
    test: 'test/logger/global-logger.test.ts',
    only: 'keeps withFlush() from no other flush',
  },
];
