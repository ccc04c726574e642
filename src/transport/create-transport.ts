import type { Clock } from '../clock.js';
import type { DeliveryConfig } from '../config.js';
import { isDebugging } from '../debug.js';
import type { ExportMetrics } from '../metrics.js';
import { withGzip } from './compress.js';
import { createHttpTransport, type HttpConfig } from './http.js';
import { withMetrics } from './measure.js';
import type { Configured } from './request-headers.js';
import { withRetry } from './retry.js';
import { withSteps } from './steps.js';
import type { Settle, Transport } from './transport.js';

export type TransportConfig = HttpConfig & Pick<DeliveryConfig, 'retry' | 'compression'>;

/** What a payload goes through, from the outside in: it is compressed once, then sent as often as it takes, each time measured. `heard` is told how each POST ended. */
export function createTransport(
  config: TransportConfig,
  configured: Configured,
  metrics: Pick<ExportMetrics, 'attempted'> | undefined,
  heard: Settle,
  clock: Clock,
): Transport {
  const http = createHttpTransport(config, configured, heard, clock);
  const posting = isDebugging ? withSteps(http, config.endpoint.url, clock) : http;
  const measured = withMetrics(posting, metrics, clock);
  const retrying = withRetry(measured, config.retry, config.concurrency, clock);
  return config.compression === 'gzip' ? withGzip(retrying) : retrying;
}
