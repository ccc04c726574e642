import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Collector, TOKEN } from '../support/collector.js';

it('the quick start adds to its file at each start', async () => {
  const first = await Collector.start(['field-map', 'quickstart']);
  expect((await fetch(first.url, { method: 'POST', body: '{"start":1}' })).status).toBe(200);
  await first.wrote(1);
  await first.end();
  await using second = await Collector.start(['field-map', 'quickstart'], { directory: first.directory });
  expect((await fetch(second.url, { method: 'POST', body: '{"start":2}' })).status).toBe(200);
  const records = await second.wrote(2);
  expect(records.map(({ attributes }) => attributes['start'])).toEqual([1, 2]);
});

it('a gateway needs no root: its queue is below the working directory', async () => {
  await using gateway = await Collector.start(['field-map', 'gateway', 'backends/otlp']);
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await fetch(gateway.url, { method: 'POST', headers, body: '{"n":1}' })).status).toBe(200);
  expect(existsSync(join(gateway.directory, 'otelcol-queue'))).toBe(true);
});
