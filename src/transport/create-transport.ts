import type { ExportMetrics } from '../account/metrics.js';
import type { DeliveryConfig } from '../config/config.js';
import type { Clock } from '../runtime/clock.js';
import { isDebugging } from '../runtime/debug.js';
import { withGzip } from './compress.js';
import { createHttpTransport, type HttpConfig } from './http/http.js';
import type { Configured } from './http/request-headers.js';
import { withMetrics } from './measure.js';
import { withRetry } from './retry/retry.js';
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
