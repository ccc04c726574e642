import { describe, expect, it } from 'vitest';
import { allDelivered } from '../support/account.js';
import { Child } from '../support/child.js';
import { Receiver } from '../support/receiver.js';

describe('what is logged while no file descriptors are left', () => {
  it.each(['object', 'ndjson'])('is delivered once there are some again: %s', async (format) => {
    await using receiver = await Receiver.start();
    const child = new Child('no-descriptors', { args: [{ url: receiver.url, format }], openFiles: 100 });
    await child.said('EMFILE');
    await child.said('trying again');
    child.endStdin();
    const { stdout } = await child.ended;
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual(allDelivered(6));
    expect(receiver.records.map((record) => record['id']).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
