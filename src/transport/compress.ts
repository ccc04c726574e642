import { gzip } from 'node:zlib';
import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { headOf, type Transport } from './transport.js';

/** Sends payloads gzipped. After a 415, this payload and all further ones are sent uncompressed. */
export function withGzip(transport: Transport): Transport {
  let accepted = true;
  return {
    send(payload, settle) {
      if (!accepted) {
        transport.send(payload, settle);
        return;
      }
      gzip(payload.body, (error, body) => {
        if (error !== null) {
          settle({ outcome: 'refused', reason: 'internal', cause: textOf(error) });
          return;
        }
        transport.send(
          { ...headOf(payload), body, bodyBytes: body.length, contentEncoding: 'gzip' },
          (result) => {
            if (result.outcome !== 'refused' || result.status !== 415) {
              settle(result);
              return;
            }
            if (accepted)
              logToDiag('warn', 'the endpoint answered 415 to gzip; sending without compression from now on');
            accepted = false;
            transport.send(payload, settle);
          },
        );
      });
    },
    hurry: () => transport.hurry?.(),
    close: () => transport.close(),
  };
}
