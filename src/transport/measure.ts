import type { ExportMetrics } from '../account/metrics.js';
import type { Clock } from '../runtime/clock.js';
import type { SendResult } from '../types/send-result.js';
import type { Settle, Transport } from './transport.js';

/** Measures how long each attempt takes and how it ends. */
export function withMetrics(
  transport: Transport,
  metrics: Pick<ExportMetrics, 'attempted'> | undefined,
  clock: Clock,
): Transport {
  if (metrics === undefined) return transport;
  return {
    send(payload, settle, afresh) {
      const startedAt = clock.now();
      const measured: Settle = (result) => {
        const seconds = (clock.now() - startedAt) / 1000;
        metrics.attempted({ seconds, status: result.status, errorType: errorTypeOf(result) });
        settle(result);
      };
      transport.send(payload, measured, afresh);
    },
    close: () => transport.close(),
  };
}

/** The semantic conventions' error.type of HTTP: the status as text or, without an answer, what went wrong. */
function errorTypeOf(result: SendResult): string | undefined {
  if (result.outcome === 'delivered') return undefined;
  return result.status === undefined ? result.cause : String(result.status);
}
