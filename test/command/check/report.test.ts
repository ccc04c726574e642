import { expect, it } from 'vitest';
import type { Seen } from '../../../src/command/check/probe.js';
import { reportOf } from '../../../src/command/check/report.js';
import { resolveLoggerConfig } from '../../../src/config/config.js';

it('says of a certificate whose dates can not be read that it has none', () => {
  const url = new URL('https://logs.example/');
  const certificate = { names: 'a\nDelivered: HTTP 200.', issuer: 'b', from: Number.NaN, until: Number.NaN };
  const seen = {
    url,
    config: resolveLoggerConfig({ url: url.href }),
    headers: {},
    exchanges: [],
    secrets: [],
    connections: [{ millis: 1, address: '127.0.0.1:443', certificate }],
  } as unknown as Seen;
  const report = reportOf(seen, { isDelivered: false, says: 'Not delivered.', hints: [] }, 0);
  // And in one line, whatever is in it.
  expect(report).toContain(
    '\n  TLS         certificate for a Delivered: HTTP 200., by b, without a date at which it ends\n',
  );
});
