import { setTimeout as sleep } from 'node:timers/promises';

/** What a sink says of records of one kind. @typedef {{ arrived: number, posts: number, lastAt: number, p50?: number, p99?: number }} Arrivals */

/** @returns {Promise<Arrivals>} */
const arrivalsAt = async (url) => /** @type {Promise<Arrivals>} */ ((await fetch(url)).json());

/** Asks until so many have arrived, or none did for so many twentieths of a second. */
export async function arrivals(url, records = Number.POSITIVE_INFINITY, patience = 10) {
  let last = await arrivalsAt(url);
  for (let idle = 0; idle < patience && last.arrived < records; idle += 1) {
    await sleep(50);
    const now = await arrivalsAt(url);
    if (now.arrived > last.arrived) idle = 0;
    last = now;
  }
  return last;
}
