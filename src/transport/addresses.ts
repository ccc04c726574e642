// Asked by its name each time: an application can have put a resolver of its own in its place.
import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Chance } from '../clock.js';

/**
 * Looks a name up. Of several addresses, the one to try first is left to chance, so that a try over a new connection can come to
 * another machine, whatever order the resolver always gives. The family that the resolver prefers stays first.
 */
export const lookUp =
  (chance: Chance): LookupFunction =>
  (hostname, options, callback) =>
    dns.lookup(hostname, options, (error, found: string | LookupAddress[], family) =>
      callback(error, typeof found === 'object' ? inAnyOrder(found, chance) : found, family),
    );

function inAnyOrder(addresses: readonly LookupAddress[], chance: Chance): LookupAddress[] {
  const preferred = addresses[0]?.family;
  return addresses
    .map((address) => ({ address, place: chance() + (address.family === preferred ? 0 : 1) }))
    .sort((a, b) => a.place - b.place)
    .map(({ address }) => address);
}
