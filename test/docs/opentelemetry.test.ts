import { expect, it } from 'vitest';
import { blocksOf, textOf } from '../support/page.js';
import { Receiver } from '../support/receiver.js';

it('the page on OpenTelemetry shows a log record of an existing setup with the fields that arrive', async () => {
  await using receiver = await Receiver.start();
  const sdk = await import('@opentelemetry/sdk-logs');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const { RemoteLogRecordExporter } = await import('../../src/index.js');
  const provider = new sdk.LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    processors: [
      new sdk.BatchLogRecordProcessor({ exporter: new RemoteLogRecordExporter({ url: receiver.url }) }),
    ],
  });
  const page = textOf('docs/opentelemetry.md');
  const setup = blocksOf(page, 'js').find((block) => block.includes('new LoggerProvider')) ?? '';
  const emit = /provider\.getLogger.*\n/.exec(setup)?.[0] ?? '';
  new Function('provider', emit)(provider);
  await provider.shutdown();
  const shown: Record<string, unknown> = JSON.parse(blocksOf(page, 'json')[0] ?? '');
  const [received = {}] = receiver.records;
  expect(Object.keys(received).sort()).toEqual(Object.keys(shown).sort());
  for (const key of ['timestamp', 'observed_timestamp', 'log.record.uid']) delete shown[key];
  expect(received).toMatchObject(shown);
});
