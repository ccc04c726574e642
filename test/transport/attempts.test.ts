import { describe, expect, it } from 'vitest';
import { isOwnWork } from '../../src/runtime/own-work.js';
import { withAttempts } from '../../src/transport/attempts.js';
import type { Carrier, OpenAttempt, Stoppable } from '../../src/transport/transport.js';
import type { SendResult } from '../../src/types/send-result.js';
import { FakeClock } from '../support/fake-clock.js';
import { BUSY, DELIVERED, payload } from '../support/fake-transport.js';

const SHUT_DOWN = { outcome: 'refused', reason: 'shutdown', cause: 'shut down' };
const TIMED_OUT = { outcome: 'retry', cause: 'timeout' };

/** A carrier that ends its attempts when the test says. */
class FakeCarrier implements Carrier {
  readonly started: OpenAttempt[] = [];
  readonly stopped: string[] = [];
  isClosed = false;
  onStart: (attempt: OpenAttempt) => void = () => {};
  onStop: (attempt: OpenAttempt) => void = () => {};

  start(attempt: OpenAttempt): Stoppable {
    this.started.push(attempt);
    this.onStart(attempt);
    return {
      stop: (cause) => {
        this.stopped.push(cause);
        this.onStop(attempt);
      },
    };
  }

  get last(): OpenAttempt {
    return this.started.at(-1) as OpenAttempt;
  }

  close(): void {
    this.isClosed = true;
  }
}

function setup() {
  const clock = new FakeClock();
  const carrier = new FakeCarrier();
  /** What has been told and settled, in its order. */
  const said: unknown[] = [];
  const transport = withAttempts(carrier, 1000, (attempt) => said.push({ told: attempt }), clock);
  const send = (fields = {}): void =>
    transport.send(payload({ body: '{"n":1}', ...fields }), (result) => said.push({ settled: result }));
  return { clock, carrier, said, transport, send };
}

const saysOf = (result: unknown, seconds = 0) => [
  { told: { seconds, bodyBytes: 7, result } },
  { settled: result },
];

describe('an attempt', () => {
  it.each<SendResult>([DELIVERED, BUSY])(
    'is told, with its time and bytes, and then its payload is settled: %j',
    async (result) => {
      const { clock, carrier, said, send } = setup();
      send();
      await clock.advance(250);
      carrier.last.end(result);
      expect(said).toEqual(saysOf(result, 0.25));
      await clock.advance(10_000);
      expect(carrier.stopped).toEqual([]);
    },
  );

  it('can end within its start', () => {
    const { carrier, said, send } = setup();
    carrier.onStart = (attempt) => attempt.end(DELIVERED);
    send();
    expect(said).toEqual(saysOf(DELIVERED));
  });

  it.each([
    ['timeoutMillis', {}, 1000],
    ['the deadline of its payload', { deadline: 400 }, 400],
  ])('is stopped at %s', async (_name, fields, millis) => {
    const { clock, carrier, said, send } = setup();
    send(fields);
    await clock.advance(millis - 1);
    expect(carrier.stopped).toEqual([]);
    await clock.advance(1);
    expect(carrier.stopped).toEqual(['timeout']);
    expect(said).toEqual(saysOf(TIMED_OUT, millis / 1000));
  });

  it('that is stopped can say more of why, and of all words the first counts', async () => {
    const { clock, carrier, said, send } = setup();
    carrier.onStop = (attempt) => attempt.end(BUSY);
    send();
    await clock.advance(1000);
    carrier.last.end(DELIVERED);
    expect(said).toEqual(saysOf(BUSY, 1));
  });

  it('keeps hold of no payload when it is over', () => {
    const { carrier, send } = setup();
    send();
    expect(carrier.last).toMatchObject({ over: false, payload: { bodyBytes: 7 } });
    carrier.last.end(DELIVERED);
    expect(carrier.last).toMatchObject({ over: true, payload: undefined });
  });

  it('is told to its carrier with its number, the first without one', () => {
    const { carrier, transport, send } = setup();
    send();
    expect(carrier.last).toMatchObject({ number: 1, afresh: false });
    transport.send(payload(), () => {}, { number: 3, afresh: true });
    expect(carrier.last).toMatchObject({ number: 3, afresh: true });
  });

  it("is the logger's own work, with all that it starts, until it is over", async () => {
    const { carrier, send } = setup();
    const seen: boolean[] = [];
    let goOn = (): void => {};
    carrier.onStart = async () => {
      seen.push(isOwnWork());
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      seen.push(isOwnWork());
    };
    send();
    goOn();
    await null;
    carrier.onStart = async () => {
      await null;
      seen.push(isOwnWork());
    };
    send();
    carrier.last.end(DELIVERED);
    await null;
    expect(seen).toEqual([true, true, false]);
    expect(isOwnWork()).toBe(false);
  });

  it('under way is given up when the transport is closed, and later ones are not made', async () => {
    const { carrier, said, transport, send } = setup();
    send();
    await transport.close();
    expect(carrier.stopped).toEqual(['shutdown']);
    expect(carrier.isClosed).toBe(true);
    expect(said).toEqual(saysOf(SHUT_DOWN));
    send();
    expect(carrier.started).toHaveLength(1);
    expect(said.slice(2)).toEqual([{ settled: SHUT_DOWN }]);
  });
});
