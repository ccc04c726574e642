import { expect, test } from 'vitest';
import { Ledger } from '../../src/account/ledger.js';
import { type LoggerConfig, resolveLoggerConfig } from '../../src/config/config.js';
import { toEndpoint } from '../../src/logger/to-endpoint.js';
import { systemClock } from '../../src/runtime/clock.js';

const fillStack = (): string => `${fillStack()}`;

test('a record for which no stack is left is not called too large', async () => {
  const config = resolveLoggerConfig({ url: 'http://127.0.0.1:9' }) as LoggerConfig;
  const ledger = new Ledger(() => {});
  const route = toEndpoint(config, systemClock).open(ledger, () => {});
  const record = Object.defineProperty({}, 'text', { enumerable: true, get: fillStack });
  expect(route.admit(record)).toBe('internal');
  expect(ledger.stats()).toMatchObject({ accepted: 0, pending: 0 });
  await route.close();
});
