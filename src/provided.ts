import type { LoggerProvider } from '@opentelemetry/api-logs';
import { type Pipeline, toHrTime } from './admitted.js';
import { flushAtExit, forgetFlush } from './exit.js';
import { promiseOf, textOf } from './foreign.js';
import type { FlatDict } from './json.js';
import type { Ledger } from './ledger.js';
import { oneAtATime } from './one-at-a-time.js';
import { tell } from './otel-api.js';

/** A provider of the SDK can be flushed; one of the API's alone can't. */
type Flushable = LoggerProvider & { forceFlush?(): Promise<void> };

const flushes = new WeakMap<LoggerProvider, () => Promise<void>>();

/** Flushes a provider of the application. Whoever asks meanwhile shares the next flush. */
export function flushProvider(provider: Flushable): Promise<void> {
  const flush = flushes.get(provider) ?? oneAtATime(async () => provider.forceFlush?.());
  flushes.set(provider, flush);
  return flush();
}

const faultOf = (error: unknown): string => `the logger provider failed: ${textOf(error)}`;
const tellFault = (error: unknown): void => tell('error', faultOf(error));

/**
 * Hands records on to a provider that the application has. That is where this account ends: what becomes of a record
 * then is known to the processors and exporters there.
 */
export function createProvidedPipeline(provider: LoggerProvider, ledger: Ledger): Pipeline {
  const logger = provider.getLogger('otel-remote-logger');
  const flush = async (): Promise<void> => {
    forgetFlush(flush);
    await flushProvider(provider);
  };

  return {
    emit({ body: admitted, size, timestamp, context }) {
      const hrTime = toHrTime(timestamp);
      // A bigint is no AnyValue of 0.223; what can't send one says so or leaves it out.
      const dict = admitted as FlatDict; // as the route wants it
      const body = dict as Record<string, never>;
      try {
        // Without a context the SDK takes the active one.
        const record = { body, timestamp: hrTime, observedTimestamp: hrTime, ...(context && { context }) };
        promiseOf(logger.emit(record) as unknown)?.catch(tellFault);
      } catch (error) {
        ledger.fail('internal', 1, size, faultOf(error), () => dict);
        return;
      }
      ledger.deliver(1, size);
      flushAtExit(flush); // a batch processor delivers nothing at the natural end of a process
    },
    flush,
    async close() {}, // the application's to shut down
  };
}
