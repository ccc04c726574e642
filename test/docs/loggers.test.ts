import pino from 'pino';
import { expect, it } from 'vitest';
import pinoTransport from '../../src/pino.js';
import { createTestReceiver } from '../../src/testing.js';
import { blocksOf, textOf } from '../support/page.js';

const DIFFERS = ['pid', 'hostname', 'timestamp', 'observed_timestamp', 'resource', 'log.record.uid'];

it('the page on loggers shows what arrives of a line of pino', async () => {
  await using receiver = await createTestReceiver();
  const page = textOf('docs/loggers.md');
  const line = /^logger\.info\(.*$/m.exec(blocksOf(page, 'js')[0] ?? '')?.[0] ?? '';
  const stream = pinoTransport({ url: receiver.url });
  new Function('logger', line)(pino(stream));
  const [received = {}] = await receiver.received(1);
  stream.end();
  const shown: Record<string, unknown> = JSON.parse(blocksOf(page, 'json')[0] ?? '');
  expect(Object.keys(received).sort()).toEqual(Object.keys(shown).sort());
  expect(JSON.parse(String(received['resource']))).toHaveProperty(['service.instance.id']);
  for (const name of DIFFERS) delete shown[name];
  expect(received).toMatchObject(shown);
});
