import type { Payload, SendResult, Settle, Transport } from './transport.js';

/** A transport that is loading. What is sent meanwhile waits for it, and fails if it can't be loaded. */
export function whenLoaded(loading: Promise<Transport>): Transport {
  let transport: Transport | undefined;
  const waiting: [Payload, Settle][] = [];
  const become = (loaded: Transport): void => {
    transport ??= loaded;
    for (const [payload, settle] of waiting.splice(0)) transport.send(payload, settle);
  };
  const loaded = loading.then(become, (error) => become(refusing('internal', String(error))));
  return {
    send(payload, settle) {
      if (transport === undefined) waiting.push([payload, settle]);
      else transport.send(payload, settle);
    },
    async close() {
      become(SHUT_DOWN); // unless it has come
      await loaded;
      await loading.then((late) => late.close()).catch(() => {});
    },
  };
}

function refusing(reason: 'internal' | 'shutdown', cause: string): Transport {
  const result: SendResult = { outcome: 'refused', reason, cause };
  return { send: (_, settle) => settle(result), close: async () => {} };
}

const SHUT_DOWN = refusing('shutdown', 'shut down');
