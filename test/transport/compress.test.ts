import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withGzip } from '../../src/transport/compress.js';
import type { Payload, Transport } from '../../src/transport/transport.js';
import type { SendResult } from '../../src/types/send-result.js';
import { BUSY, DELIVERED, FakeTransport, payload, sendOn } from '../support/fake-transport.js';

const UNSUPPORTED: SendResult = { outcome: 'refused', reason: 'refused', cause: 'HTTP 415', status: 415 };

/** A payload that tells when its body is read. */
const watched = (body: string, onRead: () => void): Payload => ({
  ...payload(),
  get body() {
    onRead();
    return Buffer.from(body);
  },
});

/** The same transport, which tells of each payload when it is settled. */
const counting = (transport: Transport, onSettled: () => void): Transport => ({
  send: (sent, settle) =>
    transport.send(sent, (result) => {
      onSettled();
      settle(result);
    }),
  close: () => transport.close(),
});

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

  it('goes on after any number of payloads in a row that can not be compressed', async () => {
    const inner = new FakeTransport();
    inner.script(DELIVERED, DELIVERED);
    const transport = withGzip(inner, 1);
    const spoilt = watched('{}', () => {
      throw new RangeError('no memory is left');
    });
    const sent = [payload(), ...Array.from({ length: 20_000 }, () => spoilt), payload()];
    const results = await Promise.all(sent.map((one) => sendOn(transport, one)));
    expect(results.filter((result) => result === DELIVERED)).toHaveLength(2);
    expect(results[1]).toMatchObject({ outcome: 'refused', reason: 'internal' });
  });

  it('compresses so many payloads at a time, and the others after them', async () => {
    const inner = new FakeTransport();
    inner.script(DELIVERED, DELIVERED, DELIVERED, DELIVERED, DELIVERED);
    const transport = withGzip(inner, 2);
    const underWay: number[] = [];
    let ended = 0;
    const all = Array.from({ length: 5 }, () =>
      watched('{}', () => underWay.push(underWay.length + 1 - ended)),
    );
    await Promise.all(
      all.map((one) =>
        sendOn(
          counting(transport, () => ended++),
          one,
        ),
      ),
    );
    expect(underWay).toEqual([1, 2, 2, 2, 2]);
  });

  it('goes on with the others where a body can not be had', async () => {
    const inner = new FakeTransport();
    inner.script(DELIVERED, DELIVERED);
    const transport = withGzip(inner, 2);
    const bodiless = {
      ...payload(),
      get body(): Uint8Array {
        throw new RangeError('no memory');
      },
    };
    const results = [bodiless, bodiless, payload(), payload()].map((one) => sendOn(transport, one));
    const internal = { outcome: 'refused', reason: 'internal', cause: 'RangeError: no memory' };
    expect(await Promise.all(results)).toMatchObject([internal, internal, DELIVERED, DELIVERED]);
  });

  it('gives up at its close what waits to be compressed', async () => {
    const inner = new FakeTransport();
    const begun: string[] = [];
    const transport = withGzip(inner, 2);
    const results = ['a', 'b', 'c'].map((body) =>
      sendOn(
        transport,
        watched(body, () => begun.push(body)),
      ),
    );
    await transport.close();
    expect(inner.closed).toBe(true);
    expect(await results[2]).toMatchObject({ outcome: 'refused', reason: 'shutdown' });
    expect(begun).toEqual(['a', 'b']);
  });

  it('sends uncompressed what waited when the endpoint answered 415', async () => {
    const inner = new FakeTransport();
    // Of the two that were being compressed, each is sent again.
    inner.script(UNSUPPORTED, DELIVERED, DELIVERED, UNSUPPORTED, DELIVERED);
    const transport = withGzip(inner, 2);
    const results = ['a', 'b', 'c'].map((body) => sendOn(transport, payload({ body })));
    expect(await Promise.all(results)).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(inner.bodies[2]).toBe('c');
    expect(inner.sent.map(({ contentEncoding }) => contentEncoding)).toEqual([
      'gzip',
      undefined,
      undefined,
      'gzip',
      undefined,
    ]);
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
