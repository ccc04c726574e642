import { nearestTo } from '../runtime/nearest.js';
import type {
  BatchOptions,
  RedactOptions,
  RemoteLoggerOptions,
  RemoteLoggingOptions,
  RemoteLogRecordExporterOptions,
  RetryOptions,
  SpoolOptions,
} from '../types/options.js';
import { isObject, show } from './rules.js';

/** The names of options; a group of options has names of its own. */
export interface OptionNames {
  readonly [name: string]: OptionNames | true;
}

/** With `satisfies`, TypeScript sees to it that no option is missing. */
type All<T> = { readonly [K in keyof Required<T>]: OptionNames | true };

const RETRY = {
  initialDelayMillis: true,
  maxDelayMillis: true,
  maxElapsedMillis: true,
} satisfies All<RetryOptions>;

const BATCH = {
  scheduledDelayMillis: true,
  maxExportBatchSize: true,
  exportTimeoutMillis: true,
} satisfies All<BatchOptions>;

const SPOOL = {
  directory: true,
  maxBytes: true,
  sync: true,
  maxDeadLetterBytes: true,
  maxAgeMillis: true,
  minFreeBytes: true,
  segmentBytes: true,
} satisfies All<SpoolOptions>;

export const REDACT = {
  paths: true,
  patterns: true,
  censor: true,
  remove: true,
  inText: true,
} satisfies All<RedactOptions>;

export const EXPORTER_OPTIONS = {
  url: true,
  headers: true,
  format: true,
  compression: true,
  timeoutMillis: true,
  metadata: true,
  resource: true,
  maxPayloadBytes: true,
  concurrency: true,
  maxConnectionAgeMillis: true,
  retry: RETRY,
  spool: SPOOL,
  meterProvider: true,
  onDrop: true,
  thread: true,
  exitTimeoutMillis: true,
  shutdownTimeoutMillis: true,
  dispatcher: true,
  redact: REDACT,
  beforeSend: true,
  oversize: true,
} satisfies All<RemoteLogRecordExporterOptions>;

export const LOGGING_OPTIONS = {
  ...EXPORTER_OPTIONS,
  maxQueueSize: true,
  maxQueueBytes: true,
  batch: BATCH,
  flushOnSignals: true,
} satisfies All<RemoteLoggingOptions>;

export const LOGGER_OPTIONS = {
  ...LOGGING_OPTIONS,
  loggerProvider: true,
  fields: true,
} satisfies All<RemoteLoggerOptions>;

/**
 * Throws a `TypeError` for options that are no object, and for a name that is none of `known`, also if its value is `undefined`: the value
 * may come from a variable that only production has.
 */
export function checkNames(given: unknown, known: OptionNames): void {
  if (!isObject().accepts(given)) {
    throw new TypeError(`otel-remote-logger: options must be an object, got ${show(given)}`);
  }
  checkGroup(given as Record<string, unknown>, known, known, '');
}

/** Throws a `TypeError` for an option that makes no sense beside `loggerProvider`. */
export function checkBeside(options: RemoteLoggerOptions): void {
  for (const [option, why] of NOT_BESIDE_PROVIDER) {
    if (options[option] === undefined) continue;
    throw new TypeError(
      `otel-remote-logger: option "${option}" must not be given with "loggerProvider"${why}`,
    );
  }
}

const NOT_BESIDE_PROVIDER = [
  ['url', ', whose exporters know where to send'],
  ['spool', '; it belongs to its RemoteLogRecordExporter'],
] as const;

function checkGroup(
  given: Readonly<Record<string, unknown>>,
  names: OptionNames,
  known: OptionNames,
  group: string,
): void {
  for (const name of Object.keys(given)) {
    const path = group + name;
    if (!Object.hasOwn(names, name)) throw unknownOption(path, known);
    const inner = names[name];
    // If the group is no object, a rule of its own says so.
    if (typeof inner === 'object' && isObject<Record<string, unknown>>().accepts(given[name])) {
      checkGroup(given[name], inner, known, `${path}.`);
    }
  }
}

const unknownOption = (path: string, known: OptionNames): TypeError =>
  new TypeError(
    `otel-remote-logger: there is no option ${JSON.stringify(path)}; ${placeOf(path, known) ?? nearestOf(path, known)}`,
  );

const OF_OWN_LOGGER = new Set(['loggerProvider', 'fields']);
const BATCHES = new Set(['batch', 'maxQueueSize']);

/** For an option that exists, but not here: where it belongs. */
function placeOf(path: string, known: OptionNames): string | undefined {
  if (!('url' in known) || !Object.hasOwn(LOGGER_OPTIONS, path)) return undefined;
  if (OF_OWN_LOGGER.has(path)) return 'it belongs to createRemoteLogger()';
  const processor = BATCHES.has(path)
    ? ', and the like of it to the BatchLogRecordProcessor of an exporter'
    : '';
  return `it belongs to createRemoteLogger() and registerRemoteLogging()${processor}`;
}

function nearestOf(path: string, known: OptionNames): string {
  const paths = pathsOf(known, '');
  const { word, isNear } = nearestTo(lastOf(path), paths.map(lastOf));
  const nearest = `"${paths.find((other) => lastOf(other) === word)}"`;
  if (isNear) return `did you mean ${nearest}?`;
  return `the nearest is ${nearest} of ${Object.keys(known).join(', ')}`;
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

const pathsOf = (names: OptionNames, group: string): string[] =>
  Object.entries(names).flatMap(([name, inner]) => [
    group + name,
    ...(inner === true ? [] : pathsOf(inner, `${group}${name}.`)),
  ]);
