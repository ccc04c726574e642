import type { Clock } from '../runtime/clock.js';
import { step } from '../runtime/debug.js';
import { redactUrl } from '../runtime/redact.js';
import { type SendResult, whyOf } from '../types/send-result.js';
import type { Transport } from './transport.js';

/** Says when each POST starts and how it ends, for whoever debugs. */
export function withSteps(transport: Transport, url: URL, clock: Clock): Transport {
  const shown = redactUrl(url.href);
  let count = 0;
  return {
    send(payload, settle, spec) {
      const post = `POST ${++count}`;
      const startedAt = clock.now();
      step(`${post}: ${payload.bodyBytes} bytes to ${shown}`);
      transport.send(
        payload,
        (result) => {
          step(`${post}: ${endOf(result)}, after ${Math.round(clock.now() - startedAt)} ms`);
          settle(result);
        },
        spec,
      );
    },
    async close() {
      step(`closing the connections to ${shown}`);
      await transport.close();
    },
  };
}

function endOf(result: SendResult): string {
  if (result.outcome === 'delivered')
    return result.status === undefined ? 'delivered' : `delivered (HTTP ${result.status})`;
  const why = whyOf(result);
  return result.outcome === 'refused' ? `${result.reason} (${why})` : `failed, to be tried again (${why})`;
}
