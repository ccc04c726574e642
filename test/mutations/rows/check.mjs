const TEST = 'test/command/check/check-command.test.ts';

/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: 'check: a 200 of an OTLP receiver is no delivery',
    file: 'src/command/check/verdict.ts',
    from: 'if (backEnd?.loses?.(traits) === true)',
    to: 'if (false)',
    test: TEST,
    only: 'takes a 200 of OTLP for no delivery',
  },
  {
    name: 'check: a web page is no delivery',
    file: 'src/command/check/verdict.ts',
    from: 'if (isPage(last.body)) {',
    to: 'if (false) {',
    test: TEST,
    only: 'takes a 200 of a web page for no delivery',
  },
  {
    name: 'check: no secret is printed',
    file: 'src/command/check/probe.ts',
    from: "secretsOf([url], { ...headers, 'proxy-authorization': proxy?.authorization })",
    to: '[]',
    test: TEST,
    only: 'prints no secret',
  },
  {
    name: 'check: what is not delivered ends with exit code 1',
    file: 'src/command/check/check-command.ts',
    from: 'verdict.isDelivered ? DONE : INCOMPLETE',
    to: 'DONE',
    test: TEST,
    only: 'says that nobody listens',
  },
  {
    name: 'check: the record goes out compressed where that is set',
    file: 'src/command/check/probe.ts',
    from: "config.compression === 'gzip' ? withGzip(attempts) : attempts",
    to: 'attempts',
    test: TEST,
    only: 'with the settings of the environment',
  },
];
