import type { Logger, LoggerProvider } from '@opentelemetry/api-logs';
import type { Ledger } from '../account/ledger.js';
import type { AdmissionConfig } from '../config/config.js';
import { flushAtExit, forgetFlush } from '../lifecycle/exit.js';
import { filtered, Refusal } from '../record/before-send.js';
import { isWithin } from '../record/is-within.js';
import type { Clock } from '../runtime/clock.js';
import { promiseOf, textOf } from '../runtime/foreign.js';
import { oneAtATime } from '../runtime/one-at-a-time.js';
import { activeContext, logToDiag } from '../runtime/otel-api.js';
import { nextTurn } from '../runtime/timers.js';
import { recordBytesWithin } from '../sender/format.js';
import type { FlatDict } from '../types/json.js';
import { toHrTime } from './add-own-metadata.js';
import type { Route, RouteTo } from './route.js';

/** A provider of the SDK can be flushed; one of the API's alone can't. */
type Flushable = LoggerProvider & { forceFlush?(): Promise<void> };

const flushes = new WeakMap<LoggerProvider, () => Promise<void>>();

/** Flushes a provider of the application. Whoever asks meanwhile shares the next flush. */
export function flushProvider(provider: Flushable): Promise<void> {
  const flush = flushes.get(provider) ?? oneAtATime(() => flushInTurn(provider));
  flushes.set(provider, flush);
  return flush();
}

/** In a turn of its own: all flushes of an exporter that begin in one turn share one time. */
async function flushInTurn(provider: Flushable): Promise<void> {
  await nextTurn();
  await provider.forceFlush?.();
}

const faultOf = (error: unknown): string => `the logger provider failed: ${textOf(error)}`;
const tellFault = (error: unknown): void => logToDiag('error', faultOf(error));

/**
 * To a provider of the application. The account of the logger ends there: what becomes of a record then, only the provider's processors and
 * exporters know.
 */
export const toProvider = (
  provider: LoggerProvider,
  config: ProvidedConfig,
  clock: Pick<Clock, 'wallNow'>,
): RouteTo => ({
  endpoint: undefined,
  isText: false,
  open: (ledger, onBroken) => providedRoute(provider, config, ledger, onBroken, clock),
});

type ProvidedConfig = Pick<AdmissionConfig, 'maxPayloadBytes' | 'format' | 'beforeSend'>;

function providedRoute(
  provider: LoggerProvider,
  { maxPayloadBytes, format, beforeSend }: ProvidedConfig,
  ledger: Ledger,
  onBroken: (error: unknown) => void,
  clock: Pick<Clock, 'wallNow'>,
): Route {
  const mostBytes = recordBytesWithin(maxPayloadBytes, format);
  const makeLogger = (): Logger => {
    try {
      return provider.getLogger('otel-remote-logger');
    } catch (error) {
      onBroken(error);
      throw error;
    }
  };
  let logger: Logger | undefined;
  const flush = async (): Promise<void> => {
    forgetFlush(flush);
    await flushProvider(provider);
  };
  return {
    admit(data: FlatDict) {
      const dict = filtered(beforeSend, data, maxPayloadBytes);
      if (typeof dict === 'string' || dict instanceof Refusal) return dict;
      if (!isWithin(dict, mostBytes)) return 'too_large';
      ledger.accept(1);
      const hrTime = toHrTime(clock.wallNow());
      const context = activeContext();
      // A bigint is no AnyValue of 0.223; what can't send one says so or leaves it out.
      const body = dict as Record<string, never>;
      try {
        logger ??= makeLogger();
        // Without a context the SDK takes the active one.
        const record = { body, timestamp: hrTime, observedTimestamp: hrTime, ...(context && { context }) };
        promiseOf(logger.emit(record) as unknown)?.catch(tellFault);
      } catch (error) {
        ledger.fail('internal', 1, faultOf(error), () => dict);
        return undefined;
      }
      ledger.deliver(1);
      flushAtExit(flush); // a batch processor delivers nothing at the natural end of a process
      return undefined;
    },
    flush,
    hurry() {},
    drain: () => undefined,
    leave() {},
    async tryAll() {},
    async close() {}, // the application's to shut down
  };
}
