import { createRequire } from 'node:module';
import { toFlatJson } from '../lib/records.mjs';

/**
 * Packages that people would use in our place, each as its documentation sets it up, with its defaults but for the address.
 * `isFloor` sends nothing. `restMillis`: how long after a warm-up nothing of it counts any more.
 * @typedef {{ log(record: Record<string, unknown>): unknown, close(): unknown }} Peer
 * @typedef {{ origin: string, folder: string, entry: string, spool?: string }} Place
 * @typedef {{ label: string, perPost?: 'one' | 'many', isOurs?: true, isFloor?: true, restMillis?: number }} About
 * @type {Record<string, About & { create(place: Place): Peer | Promise<Peer> }>}
 */
export const PEERS = {
  floor: {
    label: 'nothing sent: three `JSON.stringify`',
    isFloor: true,
    create: () => ({ log: toFlatJson, close() {} }),
  },
  'winston-http': {
    label: 'winston, `Http`, one a POST',
    perPost: 'one',
    create: (place) => winston(place, {}),
  },
  'winston-http-batch': {
    // Its own 10 a batch would cost it more.
    label: 'winston, `Http`, 100 a batch',
    perPost: 'many',
    create: (place) => winston(place, { batch: true, batchInterval: 1000, batchCount: 100 }),
  },
  logtail: {
    label: '`@logtail/node`',
    perPost: 'many',
    // It takes 10,000 records in 5 s.
    restMillis: 6000,
    create({ origin, folder }) {
      const { Logtail } = load(folder, '@logtail/node');
      const logtail = new Logtail('token', { endpoint: `${origin}/better-stack` });
      return {
        log: (record) => void logtail.info('turn', record).catch(() => {}),
        close: () => logtail.flush(),
      };
    },
  },
  'pino-loki': {
    label: 'pino, `pino-loki` (thread)',
    perPost: 'many',
    create: ({ origin, folder }) => pino(folder, { target: 'pino-loki', options: { host: origin } }),
  },
  'pino-opentelemetry': {
    label: 'pino, `pino-opentelemetry-transport` (thread)',
    perPost: 'many',
    create({ origin, folder }) {
      process.env.OTEL_EXPORTER_OTLP_ENDPOINT = origin;
      return pino(folder, { target: 'pino-opentelemetry-transport' });
    },
  },
  loglayer: {
    label: '`@loglayer/transport-http`',
    perPost: 'many',
    create({ origin, folder }) {
      const { LogLayer } = load(folder, 'loglayer');
      const { HttpTransport } = load(folder, '@loglayer/transport-http');
      const logger = new LogLayer({ transport: new HttpTransport({ url: origin, payloadTemplate: toJson }) });
      return { log: (record) => logger.withMetadata(record).info('turn'), close() {} };
    },
  },
  axiom: {
    label: '`@axiomhq/js`',
    perPost: 'many',
    create({ origin, folder }) {
      const { Axiom } = load(folder, '@axiomhq/js');
      const axiom = new Axiom({ token: 'token', url: origin, onError() {} });
      return { log: (record) => axiom.ingest('chat', [record]), close: () => axiom.flush() };
    },
  },
  segment: {
    label: '`@segment/analytics-node`',
    perPost: 'many',
    create({ origin, folder }) {
      const { Analytics } = load(folder, '@segment/analytics-node');
      const analytics = new Analytics({ writeKey: 'key', host: origin });
      analytics.on('error', () => {});
      return {
        log: (properties) => analytics.track({ userId: 'u1', event: 'turn', properties }),
        close: () => analytics.closeAndFlush(),
      };
    },
  },
  posthog: {
    label: '`posthog-node`',
    perPost: 'many',
    create({ origin, folder }) {
      const { PostHog } = load(folder, 'posthog-node');
      const posthog = new PostHog('key', { host: origin });
      return {
        log: (properties) => posthog.capture({ distinctId: 'u1', event: 'turn', properties }),
        close: () => posthog.shutdown(),
      };
    },
  },
  otlp: {
    label: 'OTLP exporter, batch processor',
    perPost: 'many',
    create({ origin, folder }) {
      const { BatchLogRecordProcessor, LoggerProvider } = load(folder, '@opentelemetry/sdk-logs');
      const { OTLPLogExporter } = load(folder, '@opentelemetry/exporter-logs-otlp-http');
      const exporter = new OTLPLogExporter({ url: `${origin}/v1/logs` });
      const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
      const logger = provider.getLogger('bench');
      return { log: (body) => logger.emit({ body }), close: () => provider.shutdown() };
    },
  },
  ours: {
    label: 'this package, one a POST',
    perPost: 'one',
    isOurs: true,
    create: (place) => ours(place, {}),
  },
  'ours-ndjson': {
    label: 'this package, `ndjson`',
    perPost: 'many',
    isOurs: true,
    create: (place) => ours(place, { format: 'ndjson' }),
  },
  'ours-thread': {
    label: 'this package, `ndjson`, `thread`',
    perPost: 'many',
    isOurs: true,
    create: (place) => ours(place, { format: 'ndjson', thread: true }),
  },
  'ours-spool': {
    label: 'this package, `ndjson`, `spool`',
    perPost: 'many',
    isOurs: true,
    create: (place) => ours(place, { format: 'ndjson', spool: place.spool }),
  },
  'ours-spool-thread': {
    label: 'this package, `ndjson`, `spool`, `thread`',
    perPost: 'many',
    isOurs: true,
    create: (place) => ours(place, { format: 'ndjson', thread: true, spool: place.spool }),
  },
};

const load = (folder, name) => createRequire(`${folder}/`)(name);

/** As in its documentation. */
const toJson = ({ logLevel, message, data }) =>
  JSON.stringify({ timestamp: new Date().toISOString(), level: logLevel, message, metadata: data });

function winston({ origin, folder }, options) {
  const { createLogger, transports } = load(folder, 'winston');
  const { hostname: host, port } = new URL(origin);
  const transport = new transports.Http({ host, port: Number(port), ...options });
  transport.on('warn', () => {});
  const logger = createLogger({ transports: [transport] });
  logger.on('error', () => {});
  const close = () =>
    new Promise((resolve) => {
      logger.on('finish', resolve);
      logger.end();
    });
  return { log: (record) => logger.info('turn', record), close };
}

function pino(folder, target) {
  const create = load(folder, 'pino');
  const { resolve } = createRequire(`${folder}/`);
  const transport = create.transport({ ...target, target: resolve(target.target) });
  transport.on('error', () => {});
  const logger = create(transport);
  const close = () =>
    new Promise((resolve) => {
      transport.on('close', resolve);
      transport.end();
    });
  return { log: (record) => logger.info(record), close };
}

async function ours({ origin, entry }, options) {
  const { createRemoteLogger } = await import(entry);
  const logger = createRemoteLogger({ url: `${origin}/logs`, ...options });
  return { log: (record) => logger.log(record), close: () => logger.shutdown() };
}
