import type { Clock } from '../clock.js';
import type { DeliveryConfig } from '../config.js';
import { withGzip } from './compress.js';
import { createHttpTransport } from './http.js';
import { withRetry } from './retry.js';
import type { Transport } from './transport.js';

/** What a payload goes through, from the inside out: it is compressed once, then sent as often as it takes. */
export function createTransport(config: DeliveryConfig, clock: Clock): Transport {
  const retrying = withRetry(createHttpTransport(config, clock), config.retry, clock);
  return config.compression === 'gzip' ? withGzip(retrying) : retrying;
}
