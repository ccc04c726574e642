import { loadPatiently } from '../runtime/load.js';
import { Sender } from '../sender/sender.js';
import type { Wiring } from '../sender/wiring.js';

/** Loads the HTTP client, and what sends with it. */
export async function openSender(wiring: Wiring, isWanted: () => boolean): Promise<Sender> {
  const { config, configured, metrics, heard, onSettled, onRoom, clock } = wiring;
  const { maxElapsedMillis } = config.retry;
  const load = () => import('../transport/create-transport.js');
  const { createTransport } = await loadPatiently(load, { clock, maxElapsedMillis, isWanted });
  const transport = createTransport(config, configured, metrics, heard, clock);
  return new Sender(config, transport, onSettled, onRoom, clock);
}
