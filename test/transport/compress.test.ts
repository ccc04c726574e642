import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withGzip } from '../../src/transport/compress.js';
import type { SendResult } from '../../src/types/send-result.js';
import { BUSY, DELIVERED, FakeTransport, payload, sendOn } from '../support/fake-transport.js';

const UNSUPPORTED: SendResult = { outcome: 'refused', reason: 'refused', cause: 'HTTP 415', status: 415 };

describe('withGzip', () => {
  it('compresses the body and says so', async () => {
    const inner = new FakeTransport();
    inner.script(DELIVERED);
    expect(await sendOn(withGzip(inner), payload({ body: 'x'.repeat(1000) }))).toEqual(DELIVERED);
    const [sent] = inner.sent;
    expect(sent?.contentEncoding).toBe('gzip');
    expect(sent?.bodyBytes).toBe(sent?.body.length);
    expect(gunzipSync(sent?.body as Uint8Array).toString()).toBe('x'.repeat(1000));
  });

  it('passes on every other outcome', async () => {
    const inner = new FakeTransport();
    inner.script(BUSY);
    expect(await sendOn(withGzip(inner), payload())).toEqual(BUSY);
  });

  it('sends this and all further payloads as they are to an endpoint that answers 415', async () => {
    const inner = new FakeTransport();
    inner.script(UNSUPPORTED, DELIVERED, DELIVERED);
    const transport = withGzip(inner);
    expect(await sendOn(transport, payload({ body: 'a' }))).toEqual(DELIVERED);
    expect(await sendOn(transport, payload({ body: 'b' }))).toEqual(DELIVERED);
    expect(inner.sent.map(({ contentEncoding }) => contentEncoding)).toEqual(['gzip', undefined, undefined]);
    expect(inner.bodies.slice(1)).toEqual(['a', 'b']);
  });
});
