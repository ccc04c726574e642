import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tell } from '../otel-api.js';
import type { Payload, Transport } from './transport.js';

const compress = promisify(gzip);

/** Sends payloads gzipped. An endpoint that answers 415 gets this and all further ones as they are. */
export function withGzip(transport: Transport): Transport {
  let accepted = true;
  return {
    async send(payload) {
      if (!accepted) return transport.send(payload);
      const result = await transport.send(await gzipped(payload));
      if (result.outcome !== 'refused' || result.status !== 415) return result;
      if (accepted)
        tell('warn', 'the endpoint answered 415 to gzip; sending without compression from now on');
      accepted = false;
      return transport.send(payload);
    },
    close: () => transport.close(),
  };
}

async function gzipped(payload: Payload): Promise<Payload> {
  return { ...payload, body: await compress(payload.body), contentEncoding: 'gzip' };
}
