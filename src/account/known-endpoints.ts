import type { Clock } from '../runtime/clock.js';
import { EndpointHealth } from './endpoint-health.js';

/** The endpoints in use, by URL with query. */
const known = new Map<string, EndpointHealth>();

/** The health of an endpoint, which all that send to it share, until the last of them leaves. */
export function joinEndpoint(
  url: URL,
  clock: Clock,
  pending: () => number,
): { readonly health: EndpointHealth; leave(): void } {
  const health = known.get(url.href) ?? new EndpointHealth(url, clock);
  known.set(url.href, health);
  health.join(pending);
  return {
    health,
    leave() {
      health.leave(pending);
      if (!health.isInUse && known.get(url.href) === health) known.delete(url.href);
    },
  };
}
