import { type LoggerConfig, resolveCollected, whyOff } from '../config/config.js';
import { ActiveLogger } from '../logger/active-logger.js';
import { ChildLogger, type ParentLogger } from '../logger/child-logger.js';
import { joinFields } from '../logger/fields.js';
import { getRemoteLogger, setRemoteLogger } from '../logger/global-logger.js';
import type { RemoteLogger } from '../logger/remote-logger.js';
import { toEndpoint } from '../logger/to-endpoint.js';
import { systemClock } from '../runtime/clock.js';
import type { RemoteLoggerOptions } from '../types/options.js';
import type { ReceivedRecord } from './answers.js';
import { Collecting } from './collecting.js';
import { replaceMembers } from './replace-members.js';

/** What `captureRemoteLogs()` collects. */
export interface CapturedLogs extends Disposable, AsyncDisposable {
  /** All records since the capture began, or since `clear()`, in their order: what `JSON.parse` makes of what would have been sent. */
  readonly records: ReceivedRecord[];
  /** Forgets the records up to now. */
  clear(): void;
  /** Ends the capture: the logger does again what it did before. */
  restore(): void;
}

/** The capture that is on. */
let current: CapturedLogs | undefined;

/**
 * From now on, the logger that `getRemoteLogger()` gives collects its records in memory and sends none, also for whoever got it before.
 * A record is there when `log()` returns, as it would have been sent: options and variables that shape a record, such as `metadata`, do so
 * here, too. Those of a logger that is on are kept, unless `options` are given. A second capture ends the first one.
 * Throws a `TypeError` for a wrong option.
 */
export function captureRemoteLogs(options?: RemoteLoggerOptions): CapturedLogs {
  current?.restore();
  const captured = getRemoteLogger();
  const config = configFor(captured, options);
  const records: ReceivedRecord[] = [];
  const logger = collectingLogger(config, records);
  const undo = isOurs(captured)
    ? replaceMembers(captured, membersOf(logger, captured))
    : swap(captured, logger);
  let isOver = false;
  const capture: CapturedLogs = {
    records,
    clear() {
      records.length = 0;
    },
    restore() {
      if (isOver) return;
      isOver = true;
      current = undefined;
      undo();
      void logger.shutdown();
    },
    [Symbol.dispose]: () => capture.restore(),
    [Symbol.asyncDispose]: async () => capture.restore(),
  };
  current = capture;
  return capture;
}

/** Those of the logger that is captured, if it is on and nothing else is asked for. */
function configFor(captured: RemoteLogger, options: RemoteLoggerOptions | undefined): LoggerConfig {
  const config = resolveCollected(options);
  if (config === undefined) throw new Error(`otel-remote-logger: nothing would be sent: ${whyOff()}`);
  if (options !== undefined || !(captured instanceof ActiveLogger)) return config;
  return { ...config, ...captured.config, spool: undefined, flushOnSignals: [] };
}

const collectingLogger = (config: LoggerConfig, records: ReceivedRecord[]): ActiveLogger =>
  new ActiveLogger(
    config,
    toEndpoint(
      config,
      systemClock,
      (ledger) => new Collecting(config, ledger, (json) => records.push(JSON.parse(json))),
    ),
    systemClock,
  );

/** A logger of this package, on or off. */
const isOurs = (logger: RemoteLogger): logger is ParentLogger => 'logWith' in logger;

/** What a captured logger does in the place of what it did. Its children stay its own: they outlive the capture, and are in the next one. */
function membersOf(logger: ActiveLogger, captured: ParentLogger): ParentLogger {
  const { config } = logger;
  const fields = joinFields(config.fields, undefined, config);
  return {
    enabled: true,
    log: (data) => logger.log(data),
    logWith: (data, all) => logger.logWith(data, all),
    child: (own) => new ChildLogger(captured, config, joinFields(own, fields, config)),
    stats: () => logger.stats(),
    flush: (options) => logger.flush(options),
    shutdown: (options) => logger.shutdown(options),
    async [Symbol.asyncDispose]() {
      await logger.shutdown();
    },
  };
}

/** A logger of any other making is left as it is. */
function swap(captured: RemoteLogger, logger: RemoteLogger): () => void {
  setRemoteLogger(logger);
  return () => {
    setRemoteLogger(captured);
  };
}
