import { describe, expect, it } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { Receiver } from '../support/receiver.js';

/** Data, what the caller does to it after `log()` has returned, and what must arrive. */
interface Change {
  readonly name: string;
  readonly make: () => { readonly data: object; readonly change: () => void };
  readonly arrives: Record<string, unknown>;
}

/** Data and its change, from one object that both share. */
const changing =
  <T extends object>(make: () => T, change: (data: T) => void): Change['make'] =>
  () => {
    const data = make();
    return { data, change: () => change(data) };
  };

class Account {
  balance = 1;
  toJSON(): object {
    return this;
  }
}

const changes: Change[] = [
  {
    name: 'a field at the top level that is set',
    make: changing(
      () => ({ n: 1 }),
      (data) => {
        data.n = 2;
      },
    ),
    arrives: { n: 1 },
  },
  {
    name: 'a field that is deleted',
    make: changing(
      (): { n?: number; keep: boolean } => ({ n: 1, keep: true }),
      (data) => {
        delete data.n;
      },
    ),
    arrives: { n: 1, keep: true },
  },
  {
    name: 'a field that is added',
    make: changing(
      (): Record<string, number> => ({ n: 1 }),
      (data) => {
        data['added'] = 2;
      },
    ),
    arrives: { n: 1 },
  },
  {
    name: 'a nested field that is set, three levels down',
    make: changing(
      () => ({ a: { b: { c: 1 } } }),
      (data) => {
        data.a.b.c = 2;
      },
    ),
    arrives: { a: '{"b":{"c":1}}' },
  },
  {
    name: 'a nested field that is deleted',
    make: changing(
      (): { a: { b?: number } } => ({ a: { b: 1 } }),
      (data) => {
        delete data.a.b;
      },
    ),
    arrives: { a: '{"b":1}' },
  },
  {
    name: 'an array that grows, and one that is emptied',
    make: changing(
      () => ({ grows: [1], emptied: [1, 2] }),
      (data) => {
        data.grows.push(2);
        data.emptied.length = 0;
      },
    ),
    arrives: { grows: '[1]', emptied: '[1,2]' },
  },
  {
    name: 'a Map and a Set, nested',
    make: changing(
      () => ({ map: new Map([['k', 1]]), set: new Set([1]) }),
      (data) => {
        data.map.set('k', 2).set('l', 3);
        data.set.clear();
      },
    ),
    arrives: { map: '{"k":1}', set: '[1]' },
  },
  {
    name: 'a Map as the record itself',
    make: changing(
      () => new Map([['k', 1]]),
      (data) => {
        data.set('k', 2);
      },
    ),
    arrives: { k: 1 },
  },
  {
    name: 'a Date that is set, at the top level and nested',
    make: changing(
      () => ({ at: new Date(0), nested: { at: new Date(0) } }),
      (data) => {
        data.at.setTime(1e12);
        data.nested.at.setTime(1e12);
      },
    ),
    arrives: { at: '1970-01-01T00:00:00.000Z', nested: '{"at":"1970-01-01T00:00:00.000Z"}' },
  },
  {
    name: 'the bytes of a Buffer, a typed array and an ArrayBuffer',
    make: changing(
      () => ({
        buffer: Buffer.from('abc'),
        typed: Uint8Array.of(1, 2, 3),
        raw: Uint8Array.of(1, 2, 3).buffer,
      }),
      (data) => {
        data.buffer.fill(0);
        data.typed.fill(0);
        new Uint8Array(data.raw).fill(0);
      },
    ),
    arrives: { buffer: 'YWJj', typed: 'AQID', raw: 'AQID' },
  },
  {
    name: "an Error's message",
    make: changing(
      () => ({ error: Object.assign(new Error('first'), { stack: 'at here' }) }),
      (data) => {
        data.error.message = 'second';
      },
    ),
    arrives: { error: '{"name":"Error","message":"first","stack":"at here"}' },
  },
  {
    name: 'the state behind a getter and a toJSON',
    make: () => {
      const account = new Account();
      const data = {
        account,
        get balance() {
          return account.balance;
        },
      };
      return {
        data,
        change: () => {
          account.balance = 2;
        },
      };
    },
    arrives: { account: '{"balance":1}', balance: 1 },
  },
  {
    name: 'an array that is the record itself',
    make: changing(
      () => [1, { a: 1 }],
      (data) => {
        data.reverse();
      },
    ),
    arrives: { body: '[1,{"a":1}]' },
  },
];

describe('what was passed to log() is what is sent, whatever the caller changes a moment later', () => {
  it.each(changes)('$name', async ({ make, arrives }) => {
    await using receiver = await Receiver.start();
    await using logger = createRemoteLogger({ url: receiver.url });

    // The first record waits while the pipeline loads, the second does not: both paths must keep a snapshot.
    for (const count of [1, 2]) {
      const { data, change } = make();
      logger.log(data);
      change();
      expect(await logger.flush()).toMatchObject({ delivered: count, pending: 0 });
    }

    expect(receiver.records).toEqual([arrives, arrives]);
  });

  it('however long it is, where maxPayloadBytes allows for it', async () => {
    await using receiver = await Receiver.start();
    await using logger = createRemoteLogger({ url: receiver.url, maxPayloadBytes: 64 * 1024 * 1024 });
    const data = { k: 1, text: 'x'.repeat(17 * 1024 * 1024) };
    logger.log(data);
    expect(await logger.flush()).toMatchObject({ accepted: 1, delivered: 1 });
    const [record] = receiver.records;
    expect(Object.keys(record ?? {})).toEqual(['k', 'text']);
    expect(record?.['text'] === data.text).toBe(true);
  });
});
