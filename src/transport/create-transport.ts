import type { DeliveryConfig } from '../config/config.js';
import type { Clock } from '../runtime/clock.js';
import { isDebugging } from '../runtime/debug.js';
import type { Attempt } from '../types/send-result.js';
import { withAttempts } from './attempts.js';
import { withGzip } from './compress.js';
import { createHttpCarrier, type HttpConfig } from './http/http.js';
import type { Configured } from './http/request-headers.js';
import { withRetry } from './retry/retry.js';
import { withSteps } from './steps.js';
import type { Transport } from './transport.js';

export type TransportConfig = HttpConfig & Pick<DeliveryConfig, 'timeoutMillis' | 'retry' | 'compression'>;

/** What a payload goes through, from the outside in: it is compressed once, then sent in as many attempts as it takes. */
export function createTransport(
  config: TransportConfig,
  configured: Configured,
  attempted: (attempt: Attempt) => void,
  clock: Clock,
): Transport {
  const carrier = createHttpCarrier(config, configured, clock);
  const attempts = withAttempts(carrier, config.timeoutMillis, attempted, clock);
  const shown = isDebugging ? withSteps(attempts, config.endpoint.url, clock) : attempts;
  const retrying = withRetry(shown, config.retry, config.concurrency, clock);
  return config.compression === 'gzip' ? withGzip(retrying) : retrying;
}
