import { expect, test, vi } from 'vitest';
import { type LoggerConfig, resolveLoggerConfig } from '../../src/config/config.js';
import { ActiveLogger } from '../../src/logger/active-logger.js';
import { toEndpoint } from '../../src/logger/to-endpoint.js';
import { systemClock } from '../../src/runtime/clock.js';
import { Receiver } from '../support/receiver.js';
import { tempDirectory } from '../support/spool.js';

test('a spool that could not be opened at the start is opened by the next record', async () => {
  using directory = tempDirectory();
  await using receiver = await Receiver.start();
  const config = resolveLoggerConfig({ url: receiver.url, spool: directory.path }) as LoggerConfig;
  const to = toEndpoint(config, systemClock);
  const open = vi.fn(to.open).mockImplementationOnce(() => {
    throw Object.assign(new Error('EMFILE: too many open files'), { errno: -24, code: 'EMFILE' });
  });
  await using logger = new ActiveLogger(config, { ...to, open }, systemClock);
  logger.log({ id: 1 });
  await receiver.received(1);
  expect(await logger.flush()).toMatchObject({ accepted: 1, delivered: 1, dropped: {} });
  expect(open).toHaveBeenCalledTimes(2);
});
