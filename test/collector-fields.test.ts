import { readFileSync } from 'node:fs';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { expect, it } from 'vitest';
import { toFlatDict } from '../src/index.js';

// Needs no collector: the names that we send and those that collector-config/ reads can't drift apart.
const read = (file: string): string =>
  readFileSync(new URL(`../collector-config/${file}`, import.meta.url), 'utf8');

/** Every metadata field that there is: none of the record's own data. */
async function sentNames(): Promise<string[]> {
  const records: ReadableLogRecord[] = [];
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    logRecordLimits: { attributeCountLimit: 1 },
    processors: [
      {
        onEmit: (record) => void records.push(record),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  provider.getLogger('chat', '1.0.0').emit({
    severityNumber: 9,
    severityText: 'INFO',
    eventName: 'chat.turn',
    context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
    attributes: { data: 1, dropped: 2 },
    body: 'text',
  });
  await provider.shutdown();
  return Object.keys(records.map((record) => toFlatDict(record))[0] ?? {}).filter((name) => name !== 'data');
}

/** Those that the map reads from a record, and FastChat's `tstamp`. `log.record.uid` stays the attribute that it is in OpenTelemetry. */
function readNames(): Set<string> {
  const map = read('field-map.yaml');
  const record = map.slice(map.indexOf('transform/record:'), map.indexOf('transform/group:'));
  const indexed = [...record.matchAll(/log\.attributes\["([\w.]+)"\]/g)].map(([, name = '']) => name);
  const grouped = /keys: \[(.*)\]/.exec(record)?.[1]?.split(', ') ?? [];
  return new Set([...indexed, ...grouped].filter((name) => !name.startsWith('otel.')));
}

it('what the exporter sends is what collector-config/field-map.yaml reads', async () => {
  const sent = (await sentNames()).filter((name) => name !== 'log.record.uid');
  expect([...readNames()].sort()).toEqual([...sent, 'tstamp'].sort());
});

it('every metadata field that can collide is put back by collector-config/field-map.yaml', async () => {
  const swapped = [...read('field-map.yaml').matchAll(/\["otel\.data"\]\["(\w+)"\], log/g)].map(
    ([, name]) => name,
  );
  const metadata = (await sentNames()).filter((name) => name !== 'body' && name !== 'log.record.uid');
  expect(swapped.sort()).toEqual(metadata.sort());
});

it('the field map of collector-config/README.md names every field', async () => {
  const readme = read('README.md');
  expect((await sentNames()).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

it('the gateway takes ten times the largest body of the default limits', () => {
  const limit = Number(/max_request_body_size: (\d+)/.exec(read('gateway.yaml'))?.[1]);
  const maxPayloadBytes = 2 ** 20;
  expect(limit).toBe(10 * maxPayloadBytes);
  const options = readFileSync(new URL('../docs/options.md', import.meta.url), 'utf8');
  expect(options).toContain('| `maxPayloadBytes` | `REMOTE_LOGGER_MAX_PAYLOAD_BYTES` | 1 MiB |');
});
