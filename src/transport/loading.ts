import { textOf } from '../foreign.js';
import { loadPatiently, type Patience } from '../load.js';
import { type Payload, type SendResult, type Settle, SHUT_DOWN, type Transport } from './transport.js';

/**
 * A transport that loads, from now on. What is sent meanwhile waits for it, and fails if it can't be loaded; then what
 * is sent later has it tried again.
 */
export function whenLoaded(
  load: () => Promise<Transport>,
  patience: Pick<Patience, 'clock' | 'maxElapsedMillis'>,
): Transport {
  let transport: Transport | undefined;
  let loading: Promise<void> | undefined;
  let isClosed = false;
  const waiting: [Payload, Settle][] = [];
  const settleAll = (result: SendResult): void => {
    for (const [, settle] of waiting.splice(0)) settle(result);
  };

  const start = async (): Promise<void> => {
    try {
      const loaded = await loadPatiently(load, { ...patience, isWanted: () => !isClosed });
      transport = loaded;
      for (const [payload, settle] of waiting.splice(0)) loaded.send(payload, settle);
    } catch (error) {
      loading = undefined;
      settleAll({ outcome: 'refused', reason: 'internal', cause: textOf(error) });
    }
  };
  loading = start();

  return {
    send(payload, settle) {
      if (isClosed) {
        settle(SHUT_DOWN);
      } else if (transport !== undefined) {
        transport.send(payload, settle);
      } else {
        waiting.push([payload, settle]);
        loading ??= start();
      }
    },
    hurry: () => transport?.hurry?.(),
    async close() {
      isClosed = true;
      settleAll(SHUT_DOWN);
      await loading;
      await transport?.close();
    },
  };
}
