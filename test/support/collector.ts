import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Engine } from './engine.js';
import { freePort } from './free-port.js';

const FOLDER = fileURLToPath(new URL('../../collector-config/', import.meta.url));

/** What `npm run collector:build` builds. */
const OTELCOL = join(FOLDER, '.build', 'otelcol');

/** Said by whoever needs the collector and doesn't find it. */
export function requireCollector(): void {
  if (!existsSync(OTELCOL)) throw new Error('there is no collector: `npm run collector:build` builds it');
}

/** The token that every gateway of the tests asks for. */
export const TOKEN = 'a-token-of-the-tests';

/** `field-map` is the file of that name in collector-config/; an absolute path is itself. */
const flagsFor = (files: readonly string[]): string[] =>
  files.flatMap((file) => [
    '--config',
    file.startsWith('/') || file.includes(':') ? file : join(FOLDER, `${file}.yaml`),
  ]);

export interface CollectorOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly featureGates?: string;
  /** Its working directory, in which it puts the queue and the written file. Default: a new one. */
  readonly directory?: string;
  /** The port it listens on. Default: a free one. */
  readonly port?: number;
}

/** What `otelcol validate` says of a combination of files: nothing when it is right. */
export function validate(
  files: readonly string[],
  { env = {}, featureGates }: CollectorOptions = {},
): string {
  const gates = featureGates === undefined ? [] : [`--feature-gates=${featureGates}`];
  const { status, stdout, stderr, error } = spawnSync(OTELCOL, ['validate', ...gates, ...flagsFor(files)], {
    cwd: mkdtempSync(join(tmpdir(), 'otelcol-')),
    env: { ...baseEnv([0, 0, 0]), ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  if (error !== undefined) return error.message;
  return status === 0 ? '' : `${stdout}${stderr}` || `status ${status}`;
}

type Ports = readonly [port: number, metricsPort: number, healthPort: number];

const baseEnv = ([port, metricsPort, healthPort]: Ports): Record<string, string> => ({
  LISTEN: `127.0.0.1:${port}`,
  REMOTE_LOGGER_TOKEN: TOKEN,
  METRICS_PORT: String(metricsPort),
  HEALTH: `127.0.0.1:${healthPort}`,
});

/** A real collector process, with files of collector-config/. */
export class Collector {
  private constructor(
    readonly engine: Engine,
    readonly directory: string,
    readonly port: number,
    readonly metricsPort: number,
    readonly healthPort: number,
  ) {}

  /** Starts one and waits until it is healthy. Ends with an `await using` block. */
  static async start(files: readonly string[], options: CollectorOptions = {}): Promise<Collector> {
    requireCollector();
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'otelcol-'));
    const port = options.port ?? (await freePort());
    const [metricsPort, healthPort] = [await freePort(), await freePort()];
    const gates = options.featureGates === undefined ? [] : [`--feature-gates=${options.featureGates}`];
    const env = { ...baseEnv([port, metricsPort, healthPort]), ...options.env };
    const args = [...gates, ...flagsFor(files)];
    const engine = await Engine.start(OTELCOL, args, directory, 'Everything is ready', env);
    return new Collector(engine, directory, port, metricsPort, healthPort);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/logs`;
  }

  /** The records in the file that the file exporter wrote so far, each with its resource and scope. */
  get records(): WrittenRecord[] {
    const path = join(this.directory, 'logs.jsonl');
    return existsSync(path) ? readWritten(readFileSync(path, 'utf8')) : [];
  }

  /** Waits until the file has so many records. A file has no events, so it is read again and again. */
  async wrote(count: number): Promise<WrittenRecord[]> {
    for (;;) {
      const { records } = this;
      if (records.length >= count) return records;
      if (this.engine.hasEnded) throw new Error(`the collector ended: ${this.engine.log}`);
      await pause(50);
    }
  }

  /** The sum of a metric's values over all its attributes, from its own metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.metricsPort}/metrics`)).text();
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    return this.engine.end(signal);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end('SIGKILL');
  }
}

/** An OTLP JSON log record with its resource and scope. */
export interface WrittenRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
  readonly eventName?: string;
  readonly droppedAttributesCount?: number;
  readonly body: unknown;
  readonly attributes: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
  readonly scope: {
    readonly name?: string;
    readonly version?: string;
    readonly attributes: Record<string, unknown>;
  };
}

interface KeyValue {
  /** OTLP JSON leaves an empty one out. */
  readonly key?: string;
  readonly value: object;
}

/** An OTLP JSON value: `{ intValue: '1' }` stays visible as a bigint, so that tests see the type. */
function plain(value: object | undefined): unknown {
  const [[type, content] = []] = Object.entries(value ?? {});
  switch (type) {
    case 'intValue':
      return BigInt(content);
    case 'arrayValue':
      return (content.values ?? []).map(plain);
    case 'kvlistValue':
      return plainMap(content.values);
    default:
      return content;
  }
}

const plainMap = (pairs: readonly KeyValue[] = []): Record<string, unknown> =>
  Object.fromEntries(pairs.map(({ key = '', value }) => [key, plain(value)]));

/** What OTLP JSON lines hold, flat. */
export function readWritten(lines: string): WrittenRecord[] {
  // The last line may still be on its way.
  const whole = lines.slice(0, lines.lastIndexOf('\n') + 1);
  const batches = whole.split('\n').filter((line) => line !== '');
  return batches.flatMap((line) =>
    (JSON.parse(line).resourceLogs ?? []).flatMap((group: RawGroup) =>
      group.scopeLogs.flatMap(({ scope, logRecords }) =>
        logRecords.map((record) => ({
          ...record,
          body: plain(record.body),
          attributes: plainMap(record.attributes),
          resource: plainMap(group.resource?.attributes),
          scope: { ...scope, attributes: plainMap(scope?.attributes) },
        })),
      ),
    ),
  );
}

interface RawGroup {
  readonly resource?: { readonly attributes?: KeyValue[] };
  readonly scopeLogs: readonly {
    readonly scope?: { readonly name?: string; readonly version?: string; readonly attributes?: KeyValue[] };
    readonly logRecords: readonly { readonly body?: object; readonly attributes?: KeyValue[] }[];
  }[];
}
