import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/thread/messages.js';
import { Reports } from '../../src/thread/reports.js';
import type { SendResult } from '../../src/types/send-result.js';

const DELIVERED = { outcome: 'delivered' } as const;

/** How attempts ended, one after the other. */
const ENDS: readonly SendResult[] = [
  { outcome: 'retry', cause: 'HTTP 500' },
  { outcome: 'retry', cause: 'HTTP 503' },
  DELIVERED,
  DELIVERED,
  { outcome: 'retry', cause: 'timeout' },
];

function setup(measures = false) {
  const { port1, port2 } = new MessageChannel();
  const reports = new Reports(port2, new Int32Array(new SharedArrayBuffer(4)), measures);
  /** What has been reported until it was closed. */
  const reported = (): Report[] => {
    reports.close();
    const all: Report[] = [];
    for (let next = receiveMessageOnPort(port1); next; next = receiveMessageOnPort(port1))
      all.push(next.message);
    port1.close();
    return all;
  };
  return { reports, reported };
}

describe('reports of a thread', () => {
  it('are few for what is delivered in nearly its order, and name each record once', () => {
    const { reports, reported } = setup();
    const indexes = Array.from({ length: 200 }, (_, index) => index);
    // As with ten POSTs at a time: each is up to ten places early or late.
    indexes.sort((a, b) => (a ^ 7) - (b ^ 7));
    reports.began(400);
    for (const index of indexes) for (const id of [3, 1]) reports.settled(id, index, index + 1, DELIVERED);
    const [report] = reported();
    expect(report).toMatchObject({ kind: 'settled', delivered: [1, 0, 200, 3, 0, 200], lost: [] });
  });

  it('name what was given up with why, and end with the word that it has closed', () => {
    const { reports, reported } = setup();
    const refused = { outcome: 'refused', reason: 'refused', cause: 'HTTP 404' } as const;
    reports.began(5);
    reports.settled(0, 0, 2, DELIVERED);
    reports.settled(0, 2, 3, refused);
    reports.settled(0, 4, 5, DELIVERED);
    expect(reported()).toMatchObject([
      { delivered: [0, 0, 2, 0, 4, 5], lost: [[0, 2, 3, refused]] },
      { kind: 'closed' },
    ]);
  });

  it('tell of attempts how the last ended of those that ended alike', () => {
    const { reports, reported } = setup();
    for (const result of ENDS) reports.attempted({ seconds: 1, bodyBytes: 2, result });
    const [report] = reported();
    expect(report).toMatchObject({
      attempts: [{ result: { cause: 'HTTP 503' } }, { result: DELIVERED }, { result: { cause: 'timeout' } }],
    });
  });

  it.each<SendResult>([
    { outcome: 'retry', cause: 'HTTP 503' },
    { outcome: 'refused', reason: 'refused', cause: 'HTTP 401' },
  ])('tell soon of an attempt that failed, as its payload may be tried again: %j', async (result) => {
    const { port1, port2 } = new MessageChannel();
    const reports = new Reports(port2, new Int32Array(new SharedArrayBuffer(4)), false);
    reports.began(1);
    reports.attempted({ seconds: 1, bodyBytes: 2, result });
    const report = await new Promise((resolve) => port1.once('message', resolve));
    expect(report).toMatchObject({ kind: 'settled', attempts: [{ result }] });
    port1.close();
  });

  it('tell of each attempt where they are measured', () => {
    const { reports, reported } = setup(true);
    const attempts = ENDS.map((result) => ({ seconds: 1, bodyBytes: 2, result }));
    for (const attempt of attempts) reports.attempted(attempt);
    const [report] = reported();
    expect(report).toMatchObject({ attempts });
  });
});
