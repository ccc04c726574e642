// `dns.lookup` is read at each call: an application may have replaced it.
import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Chance } from '../../runtime/clock.js';
import { promiseOf } from '../../runtime/foreign.js';

/**
 * Looks a name up. Of several addresses, the one to try first is left to chance, so that a try over a new connection can come to
 * another machine, whatever order the resolver always gives. The family that the resolver prefers stays first.
 */
export const lookUp =
  (chance: Chance): LookupFunction =>
  (hostname, options, callback) => {
    let isOver = false;
    const answer = (error: NodeJS.ErrnoException | null, found?: unknown, family?: number): void => {
      if (isOver) return; // it has been said before
      isOver = true;
      const addresses = error ? [] : addressesIn(found, family);
      const [first] = addresses;
      if (first === undefined) callback(error ?? noAddress(), '');
      else if (options.all) callback(null, inAnyOrder(addresses, chance));
      else callback(null, first.address, first.family);
    };
    const asked: unknown = dns.lookup(hostname, options, answer);
    promiseOf(asked)?.catch(answer); // of a resolver that is an async function
  };

/** Leaves out what is no address: Node would use it in a callback of its own, where an exception ends the process. */
function addressesIn(found: unknown, family: number | undefined): LookupAddress[] {
  const all: unknown[] = Array.isArray(found) ? found : [{ address: found, family }];
  return all.filter((one) => typeof Object(one).address === 'string') as LookupAddress[];
}

const noAddress = (): NodeJS.ErrnoException =>
  Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' });

function inAnyOrder(addresses: readonly LookupAddress[], chance: Chance): LookupAddress[] {
  const preferred = addresses[0]?.family;
  return addresses
    .map((address) => ({ address, place: chance() + (address.family === preferred ? 0 : 1) }))
    .sort((a, b) => a.place - b.place)
    .map(({ address }) => address);
}
