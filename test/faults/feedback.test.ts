import { describe, expect, it } from 'vitest';
import { FAST } from '../support/account.js';
import { runChild } from '../support/child.js';
import { Receiver } from '../support/receiver.js';

describe('in an application that observes all requests and bridges all logs', () => {
  it('nothing multiplies: no span and no record about the requests of the logger', async () => {
    await using receiver = await Receiver.start();
    await using elsewhere = await Receiver.start();
    receiver.script(503, 503); // something to talk about
    const { code, stdout, stderr } = await runChild('instrumented', {
      args: [{ ...FAST, url: receiver.url }, elsewhere.url],
    });
    expect(code).toBe(0);
    // What was said about its requests is dropped, and that is told.
    expect(stderr).toMatch(/\d+ records lost since \S+: \d+ dropped: feedback/);
    expect(stderr).not.toContain('failed');
    const { sent, atEnd, spans } = JSON.parse(stdout);
    expect(spans).toEqual(['turn', 'GET']); // its own request shows that the instrumentation was on
    const ids = receiver.records.map((record) => record['id']).filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(200);
    expect(receiver.requests).toHaveLength(atEnd.delivered + 2);
    // What the SDK said while it was set up, and nothing for each request.
    expect(sent.accepted - 200).toBeLessThan(20);
  });
});
