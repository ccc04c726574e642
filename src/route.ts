import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Admitted, Pipeline } from './admitted.js';
import type { Clock } from './clock.js';
import type { LoggerConfig } from './config.js';
import { createDelivery, type Delivery, drainingOf } from './delivery.js';
import type { Draining } from './drain.js';
import type { Ledger } from './ledger.js';
import { loadPatiently } from './load.js';
import type { EndpointPipeline } from './pipeline.js';
import { createProvidedPipeline } from './provided.js';

/** Where a logger's records go. */
export interface Route {
  /** `undefined` where others know it. */
  readonly endpoint: URL | undefined;
  /** Whether records go on as the JSON text that is sent, for nothing meets them on their way. */
  readonly takesText: boolean;
  /** Makes the pipeline, and loads what that takes, for as long as it `isWanted`. */
  open(ledger: Ledger, isWanted: () => boolean): Promise<Pipeline>;
  /**
   * For the end of the process, where nothing else runs any more: hands all over to a thread, if there is one. `early` are
   * those that no pipeline has seen; empties it.
   */
  handOver(early: Admitted[]): Draining | undefined;
}

/** To an endpoint of the logger's own. */
export function toEndpoint(config: LoggerConfig, clock: Clock): Route {
  let delivery: Delivery | undefined;
  let pipeline: EndpointPipeline | undefined;

  return {
    endpoint: config.endpoint.url,
    takesText: !config.metadata,
    async open(ledger, isWanted) {
      delivery ??= createDelivery(config, ledger, clock);
      const { maxElapsedMillis } = config.retry;
      const load = () => import('./pipeline.js');
      const { createPipeline } = await loadPatiently(load, { clock, maxElapsedMillis, isWanted });
      pipeline = createPipeline(config, delivery, clock);
      return pipeline;
    },
    handOver(early) {
      // Only delivery in a thread goes on without an event loop.
      if (!config.thread || config.exitTimeoutMillis === 0 || delivery === undefined) return undefined;
      pipeline?.handOverNow();
      // Without metadata, it takes no SDK to make a record.
      const records = config.metadata ? [] : early.splice(0);
      void delivery.deliver(
        records.map(({ body }) => String(body)),
        records.reduce((sum, { size }) => sum + size, 0),
      );
      return drainingOf(delivery, config);
    },
  };
}

/** To a logger provider of the application, whose exporters know the rest. */
export const toProvider = (provider: LoggerProvider): Route => ({
  endpoint: undefined,
  takesText: false,
  open: async (ledger) => createProvidedPipeline(provider, ledger),
  handOver: () => undefined,
});
