import type { Clock } from '../clock.js';
import type { DeliveryConfig } from '../config.js';
import type { ExportMetrics } from '../metrics.js';
import { withGzip } from './compress.js';
import { createHttpTransport, type HttpConfig } from './http.js';
import { withMetrics } from './measure.js';
import type { Configured } from './request-headers.js';
import { withRetry } from './retry.js';
import type { Transport } from './transport.js';

export type TransportConfig = HttpConfig & Pick<DeliveryConfig, 'retry' | 'compression'>;

/** What a payload goes through, from the outside in: it is compressed once, then sent as often as it takes, each time measured. */
export function createTransport(
  config: TransportConfig,
  configured: Configured,
  metrics: Pick<ExportMetrics, 'attempted'> | undefined,
  clock: Clock,
): Transport {
  const measured = withMetrics(createHttpTransport(config, configured, clock), metrics, clock);
  const retrying = withRetry(measured, config.retry, config.concurrency, clock);
  return config.compression === 'gzip' ? withGzip(retrying) : retrying;
}
