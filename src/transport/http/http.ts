import type { DeliveryConfig } from '../../config/config.js';
import { NO_PROXIES } from '../../config/proxy.js';
import type { Chance, Clock } from '../../runtime/clock.js';
import type { Carrier } from '../transport.js';
import { connectionsOf, openConnections } from './connections.js';
import { type Endpoint, Exchange } from './exchange.js';
import { type Configured, headerWriter } from './request-headers.js';
import { Way } from './target.js';

export type HttpConfig = Pick<
  DeliveryConfig,
  'endpoint' | 'concurrency' | 'maxConnectionAgeMillis' | 'dispatcher' | 'proxies'
>;

/** Sends each payload in one POST, or in some more: after a redirect, or after a connection that was closed while it was idle. */
export function createHttpCarrier(
  config: HttpConfig,
  configured: Configured,
  clock: Clock,
  chance: Chance = Math.random,
): Carrier {
  const { dispatcher } = config;
  const isOurs = dispatcher === undefined;
  const connections = isOurs ? openConnections(config, clock, chance) : connectionsOf(dispatcher);
  const proxies = isOurs ? config.proxies : NO_PROXIES;
  const endpoint: Endpoint = {
    connections,
    proxies,
    clock,
    configured,
    writeHeaders: headerWriter(),
    way: new Way(config.endpoint.url, proxies),
    isKnown: false,
  };
  return {
    start(attempt) {
      const exchange = new Exchange(endpoint, attempt);
      exchange.start();
      return exchange;
    },
    close: () => connections.close(),
  };
}
