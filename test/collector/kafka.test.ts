import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRemoteLogger, type RemoteLogger, RemoteLogRecordExporter } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { Arrivals } from '../support/arrivals.js';
import { Collector, type CollectorOptions, TOKEN } from '../support/collector.js';
import { Kafka } from '../support/kafka.js';
import { Receiver } from '../support/receiver.js';
import { installKafka } from './kafka/install.mjs';

const INGEST = ['field-map', 'gateway', 'kafka-ingest'];
const DELIVER = ['kafka-deliver', 'backends/otlp', 'yaml:exporters::otlp_http::encoding: json'];
/** What the header of kafka-ingest.yaml asks for. */
const TOPIC_SETTINGS = { 'max.message.bytes': 67_108_864 };
const headers = { authorization: `Bearer ${TOKEN}` };

let kafka: Kafka;
beforeAll(async () => {
  installKafka();
  kafka = await Kafka.start();
}, 300_000);
afterAll(() => kafka[Symbol.asyncDispose]());

const startGateway = (topic: string): Promise<Collector> =>
  Collector.start(INGEST, { env: { KAFKA_BROKER: kafka.broker, KAFKA_TOPIC: topic } });

function startDeliverer(
  topic: string,
  receiver: Receiver,
  options: CollectorOptions = {},
): Promise<Collector> {
  const kafkaEnv = { KAFKA_BROKER: kafka.broker, KAFKA_TOPIC: topic, KAFKA_GROUP: topic };
  const env = { ...kafkaEnv, OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`, ...options.env };
  return Collector.start(DELIVER, { ...options, env });
}

const startLogger = ({ url }: Collector): RemoteLogger =>
  createRemoteLogger({ ...FAST, url, headers, format: 'ndjson' });

/** Some 600 bytes each, so that the load is many messages. */
function logMany(logger: RemoteLogger, from: number, to: number): void {
  for (let id = from; id < to; id++) logger.log({ id, text: randomBytes(300).toString('hex') });
}

it('every field of a record arrives as it was', async () => {
  kafka.createTopic('fields', 3, TOPIC_SETTINGS);
  await using receiver = await Receiver.start();
  await using gateway = await startGateway('fields');
  await using _deliverer = await startDeliverer('fields', receiver);
  const exporter = new RemoteLogRecordExporter({ url: gateway.url, headers, format: 'ndjson' });
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop', replicas: 3 }),
    processors: [new BatchLogRecordProcessor({ exporter })],
  });
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  };
  provider.getLogger('chat', '1.2.3').emit({
    timestamp: [1_795_326_683, 123_456_789],
    observedTimestamp: [1_795_326_684, 1],
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    eventName: 'turn.finished',
    body: 'turn finished',
    attributes: { id: 0, model: 'vicuna-13b', tokens: 256, ratio: 0.5, cached: true },
    context: trace.setSpanContext(ROOT_CONTEXT, span),
  });
  await provider.shutdown();

  const arrivals = new Arrivals(receiver);
  await arrivals.different(1);
  expect(arrivals.records).toEqual([
    {
      timeUnixNano: '1795326683123456789',
      observedTimeUnixNano: '1795326684000000001',
      severityNumber: 13,
      severityText: 'WARN',
      traceId: span.traceId,
      spanId: span.spanId,
      flags: 1,
      eventName: 'turn.finished',
      body: 'turn finished',
      attributes: {
        id: 0,
        model: 'vicuna-13b',
        tokens: 256n,
        ratio: 0.5,
        cached: true,
        'log.record.uid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      resource: { 'service.name': 'shop', replicas: 3 },
      scope: { name: 'chat', version: '1.2.3', attributes: {} },
    },
  ]);
});

it('a deliverer that is killed under load loses nothing', async () => {
  kafka.createTopic('killed', 3, TOPIC_SETTINGS);
  await using receiver = await Receiver.start();
  await using gateway = await startGateway('killed');
  await using killed = await startDeliverer('killed', receiver);
  // In the middle of a batch that has arrived and is not answered: that one comes twice.
  const unanswered = new Promise<void>((resolve) => receiver.script(200, 200, () => resolve()));
  const logger = startLogger(gateway);
  logMany(logger, 0, 30_000);
  await unanswered;
  await killed.end('SIGKILL');
  const arrivals = new Arrivals(receiver);
  const before = arrivals.ids.size;
  logMany(logger, 30_000, 40_000);
  expect(await logger.shutdown()).toEqual(allDelivered(40_000));

  await using again = await startDeliverer('killed', receiver, { directory: killed.directory });
  await arrivals.different(40_000);
  await again.end();
  const partitions = kafka.messages('killed');
  console.log(
    `kafka: ${arrivals.ids.size} of 40000 records arrived, ${arrivals.duplicates} duplicates; killed after ${before}`,
  );
  console.log(`kafka: messages in each partition: ${partitions}`);
  expect(before).toBeLessThan(40_000);
  expect(Math.min(...partitions)).toBeGreaterThan(0);
});

it('a broker that is down while records are acknowledged gets them when it is up', async () => {
  kafka.createTopic('down', 3, TOPIC_SETTINGS);
  await using receiver = await Receiver.start();
  await using gateway = await startGateway('down');
  await using _deliverer = await startDeliverer('down', receiver);
  const logger = startLogger(gateway);
  const arrivals = new Arrivals(receiver);
  logMany(logger, 0, 500);
  await arrivals.different(500);
  await kafka.down();
  logMany(logger, 500, 1000);
  expect(await logger.shutdown()).toEqual(allDelivered(1000));

  await kafka.up();
  await arrivals.different(1000);
  console.log(
    `kafka: ${arrivals.ids.size} of 1000 records arrived, ${arrivals.duplicates} duplicates, 500 of them acknowledged without a broker`,
  );
});

it('records wait for a topic that does not exist yet', async () => {
  await using receiver = await Receiver.start();
  await using gateway = await startGateway('later');
  const logger = startLogger(gateway);
  logMany(logger, 0, 100);
  expect(await logger.shutdown()).toEqual(allDelivered(100));

  kafka.createTopic('later', 3, TOPIC_SETTINGS);
  // And then in Kafka for the first deliverer of the group.
  while (!kafka.messages('later').some((count) => count > 0));
  await using _deliverer = await startDeliverer('later', receiver);
  const arrivals = new Arrivals(receiver);
  await arrivals.different(100);
  console.log(`kafka: ${arrivals.ids.size} of 100 records arrived that were logged before there was a topic`);
});

it('a message that is no OTLP does not stop those behind it', async () => {
  kafka.createTopic('foreign', 1, TOPIC_SETTINGS);
  kafka.write('foreign', 'not ours\n');
  await using receiver = await Receiver.start();
  await using gateway = await startGateway('foreign');
  await using _deliverer = await startDeliverer('foreign', receiver);
  const logger = startLogger(gateway);
  logMany(logger, 0, 100);
  await logger.shutdown();
  const arrivals = new Arrivals(receiver);
  await arrivals.different(100);
  console.log(`kafka: ${arrivals.ids.size} of 100 records arrived behind a message that is no OTLP`);
});

it('records of 1 MiB, the default limit of a payload, pass', async () => {
  kafka.createTopic('large', 3, TOPIC_SETTINGS);
  await using receiver = await Receiver.start();
  await using gateway = await startGateway('large');
  await using _deliverer = await startDeliverer('large', receiver);
  const logger = startLogger(gateway);
  const text = randomBytes(786_432).toString('base64');
  const room = 1_048_576 - JSON.stringify({ id: 0, text: '' }).length;
  for (let id = 0; id < 10; id++) logger.log({ id, text: text.slice(0, room) });
  logMany(logger, 10, 1000);
  expect(await logger.shutdown()).toEqual(allDelivered(1000));

  const arrivals = new Arrivals(receiver);
  await arrivals.different(1000);
  const whole = arrivals.records.filter((record) => record.attributes['text'] === text.slice(0, room));
  console.log(
    `kafka: ${arrivals.ids.size} of 1000 records arrived, ${arrivals.duplicates} duplicates, 10 of them 1 MiB each`,
  );
  expect(whole.length).toBeGreaterThanOrEqual(10);
});

it('what the queue of a deliverer can not hold waits in Kafka', async () => {
  kafka.createTopic('full', 1, TOPIC_SETTINGS);
  await using receiver = await Receiver.start();
  receiver.otherwise(503);
  await using gateway = await startGateway('full');
  await using deliverer = await startDeliverer('full', receiver, { env: { QUEUE_SIZE: '8192' } });
  const logger = startLogger(gateway);
  logMany(logger, 0, 30_000);
  expect(await logger.shutdown()).toEqual(allDelivered(30_000));
  while (!deliverer.engine.log.includes('sending queue is full')) await pause(50);
  receiver.otherwise(200);

  const arrivals = new Arrivals(receiver);
  await arrivals.different(30_000);
  const refused = await deliverer.metric('otelcol_receiver_refused_log_records');
  // Each refusal is followed by a pause.
  expect(refused).toBeLessThan(100_000);
  console.log(
    `kafka: ${arrivals.ids.size} of 30000 records arrived through a queue of 8192, which refused ${refused} in between`,
  );
});

it('the largest line that the gateway takes passes, in its largest form', async () => {
  kafka.createTopic('largest', 1, TOPIC_SETTINGS);
  await using gateway = await startGateway('largest');
  const toNowhere = ['yaml:exporters::nop:', 'yaml:service::pipelines::logs::exporters: [nop]'];
  const env = { KAFKA_BROKER: kafka.broker, KAFKA_TOPIC: 'largest' };
  await using deliverer = await Collector.start(['kafka-deliver', ...toNowhere], { env });
  const digits = [...randomBytes(5_242_850)].map((byte) => byte % 10);
  const body = JSON.stringify({ id: 0, digits });
  const { status } = await fetch(gateway.url, { method: 'POST', headers, body });
  expect(status).toBe(200);
  while ((await deliverer.metric('otelcol_receiver_accepted_log_records')) < 1) await pause(100);
  const bytes = await gateway.metric('otelcol_kafka_exporter_bytes_uncompressed');
  const compressed = await gateway.metric('otelcol_kafka_exporter_bytes');
  console.log(`kafka: a line of ${body.length} bytes passed as ${bytes} bytes, compressed ${compressed}`);
});
