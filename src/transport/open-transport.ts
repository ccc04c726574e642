import type { Clock } from '../clock.js';
import type { DeliveryConfig } from '../config.js';
import type { ExportMetrics } from '../metrics.js';
import { whenLoaded } from './loading.js';
import { configuredHeaders } from './request-headers.js';
import { withThread } from './thread.js';
import type { Settle, Transport } from './transport.js';

/** The whole transport, in this thread or in one of its own. The HTTP client loads there, from now on. `heard` is told how POSTs end. */
export function openTransport(
  config: DeliveryConfig,
  metrics: ExportMetrics | undefined,
  heard: Settle,
  clock: Clock,
): Transport {
  const configured = configuredHeaders(config);
  const load = async (): Promise<Transport> => {
    const { createTransport } = await import('./create-transport.js');
    return createTransport(config, configured, metrics, heard, clock);
  };
  const { maxElapsedMillis } = config.retry;
  const openHere = (): Transport => whenLoaded(load, { clock, maxElapsedMillis });
  return config.thread ? withThread(config, configured, metrics, heard, clock, openHere) : openHere();
}
