import { createTransport, type TransportConfig } from '../transport/create-transport.js';
import { Sender, type SenderSettings } from './sender.js';
import type { Wiring } from './wiring.js';

/** What a sender is made with: the same in the main thread and in the background thread, which has fewer settings. */
export interface SenderWiring extends Omit<Wiring, 'config' | 'measures'> {
  readonly config: TransportConfig & SenderSettings;
}

/** A sender, with the transport that it sends through. */
export function createSender(wiring: SenderWiring): Sender {
  const { config, configured, attempted, onSettled, onRoom, clock } = wiring;
  const transport = createTransport(config, configured, attempted, clock);
  return new Sender(config, transport, onSettled, onRoom, clock);
}
