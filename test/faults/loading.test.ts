import { describe, expect, it } from 'vitest';
import { allDelivered, FAST } from '../support/account.js';
import { Child, runChild } from '../support/child.js';
import { Receiver } from '../support/receiver.js';

describe('what is logged while no file descriptors are left', () => {
  it.each(['object', 'ndjson'])('is delivered once there are some again: %s', async (format) => {
    await using receiver = await Receiver.start();
    const child = new Child('no-descriptors', { args: [{ url: receiver.url, format }], openFiles: 100 });
    await child.said('EMFILE');
    await child.said('trying again', 'fails', 'delivered');
    child.endStdin();
    const { stdout } = await child.ended;
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual(allDelivered(6));
    expect(receiver.records.map((record) => record['id']).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('what is logged while file descriptors have run out', () => {
  it.each(['127.0.0.1', 'localhost'])('is delivered once there are some again: %s', async (host) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => response.writeHead(204, { connection: 'close' }).end());
    const url = receiver.url.replace('127.0.0.1', host);
    const child = new Child('descriptors-run-out', { args: [{ ...FAST, url }], openFiles: 100 });
    await child.said('EMFILE');
    await child.said('fails');
    child.endStdin();
    const { stdout } = await child.ended;
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual(allDelivered(6));
    expect(receiver.requests).toHaveLength(6);
  });
});

describe('a logger that is asked for while no file descriptors are left', () => {
  it('is there where the environment had its URL at the start', async () => {
    await using receiver = await Receiver.start();
    const env = { REMOTE_LOGGER_URL: receiver.url };
    const { stdout } = await runChild('no-descriptors-first', { env, openFiles: 100 });
    expect(JSON.parse(stdout)).toEqual({ thrown: 'nothing', accepted: 2, delivered: 2 });
  });

  it('throws nothing where it had it not, says that a record is lost, and is there later', async () => {
    await using receiver = await Receiver.start();
    const { stdout, stderr } = await runChild('no-descriptors-first', {
      args: [receiver.url],
      openFiles: 100,
    });
    expect(JSON.parse(stdout)).toEqual({ thrown: 'nothing', accepted: 1, delivered: 1 });
    expect(stderr).toContain("the logger can't be loaded (Error: EMFILE");
  });
});
