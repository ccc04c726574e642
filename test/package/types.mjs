import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../support/check.mjs';

/** A consumer that uses every public name. */
const TYPES = `
import 'otel-remote-logger/register';
import pinoTransport from 'otel-remote-logger/pino';
import {
  type Answer, captureRemoteLogs, type CapturedLogs, createTestReceiver, type ReceivedRecord, type ReceivedRequest, type Respond,
  type TestReceiver,
} from 'otel-remote-logger/testing';
import { RemoteTransport, type RemoteTransportOptions } from 'otel-remote-logger/winston';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  type BatchOptions, type Compression, createRemoteLogger, type DeadlineOptions, type DeliveryStats, type DropReason,
  type FailReason, type FlatDict, type Format, flatten, getRemoteLogger, type HeaderFields, type LogData, type Loss,
  type LossListener, type RemoteLogger, type RemoteLoggerOptions, type RemoteLogging, type RemoteLoggingOptions,
  RemoteLogRecordExporter, type RemoteLogRecordExporterOptions, registerRemoteLogging, type RetryOptions, type Scalar,
  toFlatDict, type ToFlatDictOptions, bridgeLoggerProviders, withFlush, type WithFlushOptions,
} from 'otel-remote-logger';

interface Turn { model: string }
const turn: Turn = { model: 'm' };
const data: LogData = turn;
getRemoteLogger().log(data);

const format: Format = 'ndjson';
const compression: Compression = 'gzip';
const headers: HeaderFields = { a: 'b' };
const retry: RetryOptions = { maxElapsedMillis: 1 };
const batch: BatchOptions = { maxExportBatchSize: 1 };
const onDrop: LossListener = ({ reason, count }: Loss) => { const why: DropReason | FailReason = reason; void [why, count]; };
const shared: RemoteLogRecordExporterOptions = { format, compression, headers: async () => headers, retry, onDrop };
const options: RemoteLoggerOptions = { ...shared, batch, flushOnSignals: ['SIGTERM'] };
const deadline: DeadlineOptions = { timeoutMillis: 1 };

export async function run(): Promise<DeliveryStats> {
  await using logger: RemoteLogger = createRemoteLogger(options);
  return logger.flush(deadline);
}

const value: Scalar | undefined = flatten(turn)['model'];
const metadata: ToFlatDictOptions = { metadata: false };
const exporter = new RemoteLogRecordExporter(shared);
const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
const bridged: boolean = bridgeLoggerProviders(loggerProvider) && bridgeLoggerProviders();
createRemoteLogger({ loggerProvider, onDrop }).log(turn);
export async function register(): Promise<DeliveryStats> {
  const loggingOptions: RemoteLoggingOptions = { ...shared, metadata: true };
  const logging: RemoteLogging = await registerRemoteLogging(loggingOptions);
  logging.loggerProvider?.getLogger('mine').emit({ body: 'text', attributes: { a: 1 } });
  await logging.flush(deadline);
  return logging.shutdown();
}
const flushOptions: WithFlushOptions = { timeoutMillis: 1000, loggerProvider };
export const handler = withFlush(async (event: { id: number }) => String(event.id), flushOptions);
export const answer: Promise<string> = handler({ id: 1 });
void bridged;
export const dict = (record: Parameters<typeof toFlatDict>[0]): FlatDict => toFlatDict(record, metadata);
void value;

export async function test(): Promise<readonly ReceivedRecord[]> {
  using logs: CapturedLogs = captureRemoteLogs({ metadata: true });
  logs.clear();
  await using receiver: TestReceiver = await createTestReceiver();
  const answer: Answer = { status: 503, headers: { 'retry-after': '1' } };
  const respond: Respond = async ({ method, records }: ReceivedRequest) => (method === 'POST' && records.length > 0 ? answer : 'reset');
  receiver.respond([503, 'reset', respond]);
  return logs.records.length > 0 ? logs.records : receiver.received(1);
}
const transportOptions: RemoteTransportOptions = { level: 'info', remote: shared };
export const transport: RemoteTransport = new RemoteTransport(transportOptions);
transport.on('finish', () => {}).end();
export const written: boolean = pinoTransport(shared).write('{}');
`;

/** The newest TypeScript, and the last that knows the old ways. */
export const TYPESCRIPTS = ['typescript', 'typescript-5@npm:typescript@5'];

/** Ways in which projects compile: the compiler, the file, and what `module` and `moduleResolution` are. */
export const COMPILATIONS = [
  { name: 'an ES module', compiler: 'typescript', file: 'types.mts', module: 'nodenext' },
  { name: 'CommonJS', compiler: 'typescript', file: 'types.cts', module: 'nodenext' },
  { name: 'a bundle', compiler: 'typescript', file: 'types.ts', module: 'preserve' },
  { name: 'an ES module, node16', compiler: 'typescript-5', file: 'types.mts', module: 'node16' },
  { name: 'CommonJS, node16', compiler: 'typescript-5', file: 'types.cts', module: 'node16' },
  {
    name: 'CommonJS, node10',
    compiler: 'typescript-5',
    file: 'types.ts',
    module: 'commonjs',
    moduleResolution: 'node10',
  },
];

/** Compiles a consumer in a project that has the package and both compilers; rejects with what the compiler says. @param {string} node @param {string} project @param {(typeof COMPILATIONS)[number]} compilation */
export async function compile(node, project, { compiler, file, module, moduleResolution }) {
  await writeFile(join(project, file), TYPES);
  const compilerOptions = {
    target: 'es2022',
    module,
    ...(moduleResolution && { moduleResolution }),
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  await run(node, [join(project, 'node_modules', compiler, 'bin/tsc')], project, { timeoutMillis: 120_000 });
}
