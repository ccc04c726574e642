import type { Wiring } from '../sender/wiring.js';
import type { Pipeline } from './pipeline.js';

/** Loads the SDK and the HTTP client: the way of records from a logger's queue to the endpoint. */
export async function openPipeline(wiring: Wiring): Promise<Pipeline> {
  const [{ Pipeline }, { createSender }] = await Promise.all([
    import('./pipeline.js'),
    import('../sender/create-sender.js'),
  ]);
  return new Pipeline(createSender(wiring));
}
