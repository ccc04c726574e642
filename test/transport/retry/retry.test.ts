import { describe, expect, it } from 'vitest';
import { withRetry } from '../../../src/transport/retry/retry.js';
import type { Settle, Transport } from '../../../src/transport/transport.js';
import type { SendResult } from '../../../src/types/send-result.js';
import { FakeClock, turn } from '../../support/fake-clock.js';
import { BUSY, DELIVERED, FakeTransport, payload, sendOn } from '../../support/fake-transport.js';

const policy = { initialDelayMillis: 1000, maxDelayMillis: 30_000, maxElapsedMillis: 300_000 };
const REFUSED: SendResult = { outcome: 'refused', reason: 'refused', cause: 'HTTP 404' };
const GAVE_UP = { outcome: 'refused', reason: 'retries_exhausted', cause: 'HTTP 503' };

function setup(overrides: Partial<typeof policy> = {}, concurrency = 10) {
  const chance = 0.5;
  const clock = new FakeClock();
  const inner = new FakeTransport();
  const transport = withRetry(inner, { ...policy, ...overrides }, concurrency, clock, () => chance);
  return { clock, inner, transport };
}

/** Sends and keeps the result where a test can look at it. */
function start(transport: Transport, fields: Parameters<typeof payload>[0] = {}): { result?: SendResult } {
  const sending: { result?: SendResult } = {};
  transport.send(payload(fields), (result) => {
    sending.result = result;
  });
  return sending;
}

describe('withRetry', () => {
  it.each<[SendResult]>([[DELIVERED], [{ outcome: 'refused', reason: 'refused', cause: 'HTTP 404' }]])(
    'passes on a definite answer: %j',
    async (result) => {
      const { inner, transport } = setup();
      inner.script(result);
      expect(await sendOn(transport)).toEqual(result);
      expect(inner.sent).toHaveLength(1);
    },
  );

  it('pauses longer and longer between tries', async () => {
    const { clock, inner, transport } = setup();
    inner.script(BUSY, BUSY, BUSY, DELIVERED);
    const sending = start(transport);
    await turn();
    const pauses: number[] = [];
    while (sending.result === undefined) {
      const pause = (clock.nextAt ?? Number.NaN) - clock.now();
      pauses.push(pause);
      await clock.advance(pause);
    }
    expect(pauses).toEqual([500, 1000, 2000]);
    expect(sending.result).toEqual(DELIVERED);
  });

  it('gives each attempt of a payload its number', async () => {
    const { clock, inner, transport } = setup();
    inner.script(BUSY, BUSY, DELIVERED, DELIVERED);
    start(transport);
    await clock.advance(10_000);
    start(transport);
    expect(inner.numbers).toEqual([1, 2, 3, 1]);
  });

  it('waits as long as the endpoint asks', async () => {
    const { clock, inner, transport } = setup();
    inner.script({ outcome: 'retry', cause: 'HTTP 429', afterMillis: 60_000 }, DELIVERED);
    const sending = start(transport);
    await clock.advance(59_999);
    expect(inner.sent).toHaveLength(1);
    await clock.advance(1);
    expect(sending.result).toEqual(DELIVERED);
  });

  it('sends nothing while the gate is closed, then one probe, then everything', async () => {
    const { clock, inner, transport } = setup();
    const first = start(transport);
    await turn();
    inner.answer(BUSY);
    await turn();
    const others = Array.from({ length: 5 }, () => start(transport));
    await clock.advance(499);
    expect(inner.sent).toHaveLength(1);
    await clock.advance(1);
    expect(inner.open).toBe(1);
    inner.answer(BUSY);
    await clock.advance(999);
    expect(inner.open).toBe(0);
    await clock.advance(1);
    expect(inner.open).toBe(1);
    inner.answer(DELIVERED);
    await turn();
    expect(inner.open).toBe(5);
    while (inner.open > 0) inner.answer(DELIVERED);
    await turn();
    expect([first, ...others].map(({ result }) => result)).toEqual(Array(6).fill(DELIVERED));
    expect(inner.sent).toHaveLength(8);
  });

  it('counts failures of attempts that were under way together as one', async () => {
    const { clock, inner, transport } = setup();
    for (let index = 0; index < 10; index++) start(transport);
    await turn();
    while (inner.open > 0) inner.answer(BUSY);
    await turn();
    expect(clock.nextAt).toBe(500);
  });

  it('begins with the shortest pause again after a recovery', async () => {
    const { clock, inner, transport } = setup();
    inner.script(BUSY, BUSY, BUSY, DELIVERED, BUSY);
    start(transport);
    await clock.advance(500 + 1000 + 2000);
    start(transport);
    await turn();
    expect((clock.nextAt ?? Number.NaN) - clock.now()).toBe(500);
  });

  it('probes over a new connection, and sends all else over any', async () => {
    const { clock, inner, transport } = setup();
    inner.script(BUSY, BUSY, DELIVERED, DELIVERED);
    start(transport);
    start(transport);
    await clock.advance(500 + 1000);
    expect(inner.afresh).toEqual([false, true, true, false]);
  });

  it('takes what gets through beside a failure as a sign that it was one connection of several', async () => {
    const { inner, transport } = setup();
    start(transport);
    start(transport);
    inner.answer(BUSY);
    start(transport);
    expect(inner.sent).toHaveLength(2);
    inner.answer(DELIVERED);
    expect(inner.sent).toHaveLength(4); // the one that failed, and the one that waited
  });

  it('goes on at the pace of those that answer, where others fail faster', async () => {
    const { clock, inner, transport } = setup({}, 4);
    const all = Array.from({ length: 40 }, () => start(transport));
    // Of each four attempts, the second two fail at once, and the first two get through a moment later.
    while (all.some(({ result }) => result === undefined)) {
      expect(clock.now()).toBe(0);
      inner.swap();
      inner.swap();
      while (inner.open > 2) inner.answer(BUSY);
      while (inner.open > 0) inner.answer(DELIVERED);
      await turn();
    }
  });

  it('does not open the gate for an older attempt once a probe has failed', async () => {
    const { clock, inner, transport } = setup();
    start(transport);
    start(transport);
    inner.answer(BUSY);
    inner.script(BUSY);
    await clock.advance(500);
    expect(inner.sent).toHaveLength(3);
    inner.answer(DELIVERED);
    await clock.advance(999);
    expect(inner.sent).toHaveLength(3);
    await clock.advance(1);
    expect(inner.sent).toHaveLength(4);
  });

  it('does not open the gate for an older attempt where the endpoint has asked for time', async () => {
    const { clock, inner, transport } = setup();
    start(transport);
    start(transport);
    inner.answer({ outcome: 'retry', cause: 'HTTP 503', afterMillis: 1000 });
    inner.answer(DELIVERED);
    await clock.advance(999);
    expect(inner.sent).toHaveLength(2);
    await clock.advance(1);
    expect(inner.sent).toHaveLength(3);
  });

  it('takes a refusal as a sign of life', async () => {
    const { clock, inner, transport } = setup();
    inner.script(BUSY, { outcome: 'refused', reason: 'refused', cause: 'HTTP 404' });
    start(transport);
    await turn();
    const other = start(transport);
    await clock.advance(500);
    inner.answer(DELIVERED);
    await turn();
    expect(other.result).toEqual(DELIVERED);
  });

  it('gives up when the budget is spent', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000 });
    inner.script(...Array(100).fill(BUSY));
    const sending = start(transport);
    await clock.advance(9_999);
    expect(sending.result).toBeUndefined();
    await clock.advance(1);
    expect(sending.result).toEqual(GAVE_UP);
  });

  it('gives up all that an outage holds up when its budget is spent, not one wave after the other', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000 });
    inner.script(...Array(100).fill(BUSY));
    start(transport);
    await clock.advance(10_000);
    // Handed over before the outage, but only now is it their turn.
    const late = start(transport, { since: 0 });
    await clock.advance(0);
    expect(late.result).toMatchObject({ reason: 'retries_exhausted' });
  });

  it('gives a record that comes in an outage the whole budget', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000 });
    inner.script(...Array(100).fill(BUSY));
    start(transport);
    await clock.advance(9_000);
    const late = start(transport, { since: 9_000 });
    await clock.advance(9_999);
    expect(late.result).toBeUndefined();
    await clock.advance(1);
    expect(late.result).toMatchObject({ reason: 'retries_exhausted' });
  });

  it('spends no budget on waiting behind others that get through', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000 });
    await clock.advance(60_000);
    inner.script(BUSY, DELIVERED);
    const sending = start(transport, { since: 0 });
    await clock.advance(500);
    expect(sending.result).toEqual(DELIVERED);
  });

  it('spends no budget on an outage that is over', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000 }, 1);
    inner.script(BUSY);
    start(transport);
    const waiting = start(transport);
    await clock.advance(500);
    inner.answer(DELIVERED); // the probe; now the one that waited is under way
    await clock.advance(60_000);
    inner.answer(BUSY);
    await clock.advance(500);
    inner.answer(DELIVERED);
    expect(waiting.result).toEqual(DELIVERED);
  });

  it('does not pass the deadline of a payload', async () => {
    const { clock, inner, transport } = setup();
    inner.script(...Array(100).fill(BUSY));
    const sending = start(transport, { deadline: 3000 });
    await clock.advance(3000);
    expect(sending.result).toEqual(GAVE_UP);
  });

  it('never tries again with a budget of 0', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 0 });
    inner.script(BUSY);
    const sending = start(transport);
    await clock.advance(0);
    expect(sending.result).toEqual(GAVE_UP);
  });

  it('keeps to its concurrency, in order', async () => {
    const { inner, transport } = setup({}, 2);
    for (const body of ['a', 'b', 'c', 'd']) start(transport, { body });
    await turn();
    expect(inner.open).toBe(2);
    inner.answer(DELIVERED);
    await turn();
    expect(inner.open).toBe(2);
    expect(inner.bodies).toEqual(['a', 'b', 'c']);
  });

  it('sends nothing with a pass from before the gate closed, however late there is a slot', async () => {
    const { inner, transport } = setup({}, 1);
    start(transport);
    start(transport);
    await turn();
    inner.answer(BUSY);
    await turn();
    expect(inner.sent).toHaveLength(1);
  });

  it('lets a payload that alone fails wait alone, while all others get through', async () => {
    const { clock, inner, transport } = setup();
    inner.script(BUSY); // the poison's first failure closes the gate: who could know?
    const poison = start(transport, { body: 'poison' });
    await turn();
    const first = start(transport);
    await clock.advance(500); // the poison is first in line, and probes
    expect(inner.bodies.at(-1)).toBe('poison');
    inner.answer(BUSY);
    await clock.advance(1000); // now the other probes
    inner.answer(DELIVERED);
    await turn();
    expect(first.result).toEqual(DELIVERED);
    expect(inner.bodies.at(-1)).toBe('poison');
    inner.answer(BUSY); // others get through: this one is alone with it
    await turn();
    for (let index = 0; index < 50; index++) {
      const other = start(transport);
      await turn();
      inner.answer(DELIVERED);
      await turn();
      expect(other.result).toEqual(DELIVERED);
    }
    expect(poison.result).toBeUndefined();
    inner.script(...Array(100).fill(BUSY));
    await clock.advance(300_000);
    expect(poison.result).toEqual(GAVE_UP);
  });

  it('does not close the gate for the first failure of a payload while others get through', async () => {
    const { clock, inner, transport } = setup();
    const poison = start(transport, { body: 'poison' });
    start(transport);
    await turn();
    inner.swap(); // the other is answered first
    inner.answer(DELIVERED);
    await turn();
    inner.answer(BUSY);
    await turn();
    const next = start(transport);
    await turn();
    expect(inner.open).toBe(1);
    inner.answer(DELIVERED);
    await turn();
    expect(next.result).toEqual(DELIVERED);
    await clock.advance(500);
    expect(inner.bodies.at(-1)).toBe('poison');
    expect(poison.result).toBeUndefined();
  });

  it.each<[what: string, isDivisible: boolean, status: number, halves: boolean]>([
    ['gives several records back, to be halved', true, 500, true],
    ['goes on with one record', false, 500, false],
    ['goes on with an answer that does not speak of the body', true, 503, false],
  ])('%s after three failures: divisible %s, status %i', async (_what, isDivisible, status, halves) => {
    const { clock, inner, transport } = setup();
    const answer: SendResult = { outcome: 'retry', cause: `HTTP ${status}`, status };
    inner.script(answer, answer, answer, answer);
    const sending = start(transport, { isDivisible });
    await clock.advance(1499);
    expect(inner.sent).toHaveLength(2);
    expect(sending.result).toBeUndefined();
    await clock.advance(1);
    expect(inner.sent).toHaveLength(3);
    expect(sending.result).toEqual(halves ? { ...answer, outcome: 'split' } : undefined);
    await clock.advance(10_000);
    expect(inner.sent.length).toBe(halves ? 3 : 5);
  });

  it('does not give back what the endpoint may have taken, which it knows by its key', async () => {
    const { clock, inner, transport } = setup();
    const answer: SendResult = { outcome: 'retry', cause: 'HTTP 500', status: 500 };
    inner.script({ outcome: 'retry', cause: 'ECONNRESET' }, ...Array<SendResult>(9).fill(answer));
    const sending = start(transport, { isDivisible: true });
    await clock.advance(60_000);
    expect(inner.sent.length).toBeGreaterThan(5);
    expect(sending.result).toBeUndefined();
  });

  it('lets a payload that rests alone not rest beyond its time', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 200 });
    const poison = start(transport);
    start(transport);
    await turn();
    inner.swap();
    inner.answer(DELIVERED);
    await turn();
    inner.answer(BUSY);
    inner.script(BUSY);
    await clock.advance(200);
    expect(poison.result).toEqual(GAVE_UP);
    expect(inner.sent).toHaveLength(3); // its last word is an attempt's
  });

  it('tries again as soon as the process goes on after a stall, before a budget ends', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000, initialDelayMillis: 8_000 });
    inner.script(BUSY, BUSY);
    const sendings = [start(transport), start(transport)];
    await clock.advance(9_990); // 4 s, then 8 s are the pauses
    expect(inner.sent).toHaveLength(2);
    await clock.stall(60_000);
    while (inner.open > 0) inner.answer(DELIVERED);
    expect(sendings.map(({ result }) => result)).toEqual([DELIVERED, DELIVERED]);
  });

  it('gives nothing up for an attempt that began before a stall', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000 });
    inner.script(BUSY);
    const sending = start(transport);
    await clock.advance(9_990); // an attempt is under way
    await clock.stall(60_000);
    await clock.advance(10);
    inner.answer({ outcome: 'retry', cause: 'ECONNRESET' });
    await clock.advance(0);
    expect(sending.result).toBeUndefined();
    inner.answer(DELIVERED);
    expect(sending.result).toEqual(DELIVERED);
  });

  it.each([
    ['asks once more for what came in a long pause, when its time is up', undefined, 3, DELIVERED],
    ['asks no earlier than the endpoint wants', 60_000, 1, GAVE_UP],
  ] as const)('%s', async (_, afterMillis, sent, result) => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000, initialDelayMillis: 60_000 });
    inner.script({ outcome: 'retry', cause: 'HTTP 503', afterMillis });
    start(transport);
    await clock.advance(5_000); // of 30 s
    const late = [start(transport, { since: 5_000 }), start(transport, { since: 5_000 })];
    await clock.advance(9_999);
    expect(late.map((sending) => sending.result)).toEqual([undefined, undefined]);
    await clock.advance(1);
    while (inner.open > 0) inner.answer(DELIVERED);
    expect(late.map((sending) => sending.result)).toEqual([result, result]);
    expect(inner.sent).toHaveLength(sent);
  });

  it('ends all whose time is up with the outcome of one attempt', async () => {
    const { clock, inner, transport } = setup({ maxElapsedMillis: 10_000, initialDelayMillis: 60_000 });
    inner.script(BUSY, { outcome: 'retry', cause: 'ECONNREFUSED' });
    start(transport);
    await clock.advance(5_000);
    const late = Array.from({ length: 5 }, () => start(transport, { since: 5_000 }));
    await clock.advance(10_000);
    const ended = { ...GAVE_UP, cause: 'ECONNREFUSED' };
    expect(late.map((sending) => sending.result)).toEqual(Array(5).fill(ended));
    expect(inner.sent).toHaveLength(2);
  });

  it.each<[first: SendResult, tries: number]>([
    [DELIVERED, 1],
    [BUSY, 2],
  ])('counts an attempt that tells its end again and again by its first word: %j', async (first, tries) => {
    const settles: Settle[] = [];
    const inner: Transport = { send: (_, settle) => void settles.push(settle), async close() {} };
    const clock = new FakeClock();
    const transport = withRetry(inner, policy, 1, clock, () => 0.5);
    const results: SendResult[] = [];
    transport.send(payload(), (result) => results.push(result));
    for (const result of [first, DELIVERED, BUSY, BUSY]) settles[0]?.(result);
    await clock.advance(500);
    expect(settles).toHaveLength(tries);
    settles[0]?.(REFUSED); // that of the first attempt, while the second is under way
    settles[1]?.(DELIVERED);
    settles[0]?.(REFUSED);
    expect(results).toEqual([DELIVERED]);
    // Nor does it make room for more than may be under way.
    for (let index = 0; index < 3; index++) transport.send(payload(), () => {});
    await clock.advance(0);
    expect(settles).toHaveLength(tries + 1);
  });

  it('tries again what a transport throws at, and is not stuck', async () => {
    let isBroken = true;
    const inner: Transport = {
      send(_, settle) {
        if (isBroken) throw new Error('broken');
        settle(DELIVERED);
      },
      async close() {},
    };
    const clock = new FakeClock();
    const transport = withRetry(inner, policy, 1, clock, () => 0.5);
    const sending = [start(transport), start(transport)];
    await clock.advance(499);
    expect(sending.map(({ result }) => result)).toEqual([undefined, undefined]);
    isBroken = false;
    await clock.advance(1);
    expect(sending.map(({ result }) => result)).toEqual([DELIVERED, DELIVERED]);
  });

  it('is not stuck when its clock throws', () => {
    const { clock, inner, transport } = setup();
    const { now } = clock;
    clock.now = () => JSON.parse('{');
    expect(() => start(transport)).toThrow(SyntaxError);
    clock.now = now;
    start(transport);
    expect(inner.sent).toHaveLength(1);
  });

  it('goes on when a payload is settled by somebody who throws', async () => {
    const { inner, transport } = setup({}, 1);
    const sent = (settle: Settle): void => transport.send(payload(), settle);
    sent(() => {
      throw new Error('broken');
    });
    const other = start(transport);
    expect(() => inner.answer(DELIVERED)).toThrow('broken');
    sent(() => {});
    inner.answer(DELIVERED);
    expect(other.result).toEqual(DELIVERED);
  });

  it('gives up at once what waits when it is closed, and sends no more', async () => {
    const { inner, transport } = setup();
    inner.script(BUSY);
    const waiting = start(transport);
    await turn();
    await transport.close();
    await turn();
    expect(waiting.result).toMatchObject({ outcome: 'refused', reason: 'shutdown' });
    expect(await sendOn(transport)).toMatchObject({ outcome: 'refused', reason: 'shutdown' });
    expect(inner.closed).toBe(true);
  });

  it('before an end tries at once, also in a pause that the endpoint asked for', async () => {
    const { inner, transport } = setup();
    inner.script({ outcome: 'retry', cause: 'HTTP 429', afterMillis: 60_000 });
    const first = start(transport);
    const second = start(transport);
    await turn();
    transport.hurry?.();
    expect(inner.open).toBe(1); // a probe
    inner.answer(DELIVERED);
    await turn();
    inner.answer(DELIVERED);
    expect([first.result, second.result]).toEqual([DELIVERED, DELIVERED]);
  });

  it('before an end tries at once what rests alone', async () => {
    const { inner, transport } = setup();
    const bad = start(transport);
    const good = start(transport);
    inner.swap();
    inner.answer(DELIVERED);
    inner.answer(BUSY);
    await turn();
    expect(good.result).toEqual(DELIVERED);
    expect(inner.open).toBe(0);
    transport.hurry?.();
    inner.answer(DELIVERED);
    expect(bad.result).toEqual(DELIVERED);
  });
});
