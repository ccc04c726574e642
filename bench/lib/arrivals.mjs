import { setTimeout as sleep } from 'node:timers/promises';

/** What a sink says of itself. @typedef {{ arrived: number, posts: number, lastAt: number, p50?: number, p99?: number }} Arrivals */

/** @returns {Promise<Arrivals>} */
const arrivalsAt = async (origin) =>
  /** @type {Promise<Arrivals>} */ ((await fetch(`${origin}/count`)).json());

/** Asks until so many have arrived, or none did for so many twentieths of a second. */
export async function arrivals(origin, records = Number.POSITIVE_INFINITY, patience = 10) {
  let last = await arrivalsAt(origin);
  for (let idle = 0; idle < patience && last.arrived < records; idle += 1) {
    await sleep(50);
    const now = await arrivalsAt(origin);
    if (now.arrived > last.arrived) idle = 0;
    last = now;
  }
  return last;
}
