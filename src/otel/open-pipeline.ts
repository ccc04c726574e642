import { openSender } from '../delivery/open-sender.js';
import { loadPatiently } from '../runtime/load.js';
import type { Wiring } from '../sender/wiring.js';
import type { Pipeline } from './pipeline.js';

/** Loads the SDK and the HTTP client: the way of records from a logger's queue to the endpoint. */
export async function openPipeline(wiring: Wiring, isWanted: () => boolean): Promise<Pipeline> {
  const { clock, config } = wiring;
  const load = () => import('./pipeline.js');
  const { maxElapsedMillis } = config.retry;
  const [{ Pipeline }, sender] = await Promise.all([
    loadPatiently(load, { clock, maxElapsedMillis, isWanted }),
    openSender(wiring, isWanted),
  ]);
  return new Pipeline(sender);
}
