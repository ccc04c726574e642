import dns from 'node:dns';
import { runInNewContext } from 'node:vm';
import { context, diag, type Meter, type MeterProvider, metrics } from '@opentelemetry/api';
import fc from 'fast-check';
import { Agent, type Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type RemoteLogger, type RemoteLoggerOptions } from '../../src/index.js';
import { admitted, allDelivered, expectBalance, FAST } from '../support/account.js';
import { type Ended, runChild, wordsOf } from '../support/child.js';
import { turn } from '../support/fake-clock.js';
import { Receiver } from '../support/receiver.js';
import { left, undelivered, where } from '../support/spooled.js';

type Headers = NonNullable<RemoteLoggerOptions['headers']>;
type Tell = (error: Error | null, addresses?: unknown) => void;

const RECORDS = 12;

/** What can't even be made text of. */
const hostile = (): never => {
  throw Object.create(null);
};

/** Reads like `target`, but throws at the nth reading, of whatever kind. */
function throwingAt<T extends object>(nth: number, target: T): T {
  let read = 0;
  const trap = (name: string | symbol) => {
    const reflect = Reflect[name as keyof typeof Reflect] as (...args: unknown[]) => unknown;
    return (...args: unknown[]): unknown => (++read === nth ? hostile() : reflect(...args));
  };
  return new Proxy(target, new Proxy({}, { get: (_, name) => trap(name) }));
}

/** What has a `then` that an object literal had better not have. */
const withThen = (then: PropertyDescriptor, base: object = {}): object =>
  Object.defineProperty(base, 'then', then);

/** One after the other; the last of them for ever. */
const inTurn = <T>(...answers: (() => T)[]): (() => T) => {
  let next = 0;
  return () => (answers[Math.min(next++, answers.length - 1)] as () => T)();
};

/** How many records are said to be lost, the first time that it is said. */
const toldLost = ({ stderr }: Ended): number => Number(/(\d+) records? lost/.exec(stderr)?.[1]);

const GOOD = { 'x-token': 'a' };
const good = (): typeof GOOD => GOOD;

describe('a callback of the application', () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);

  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', hear).on('uncaughtException', hear);
  });

  afterEach(async () => {
    await turn();
    process.off('unhandledRejection', hear).off('uncaughtException', hear);
    diag.disable();
    context.disable();
    metrics.disable();
    expect(unhandled).toEqual([]);
  });

  /** Logs, and expects all to arrive, and one more when that is over. */
  async function expectAll(options: RemoteLoggerOptions, receiver: Receiver): Promise<void> {
    const logger = createRemoteLogger({
      ...FAST,
      url: receiver.url,
      timeoutMillis: 1000,
      batch: { scheduledDelayMillis: 1 },
      ...options,
    });
    for (let id = 0; id < RECORDS; id++) logger.log({ id });
    expect(await logger.flush()).toEqual(allDelivered(RECORDS));
    logger.log({ id: RECORDS });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(RECORDS + 1));
    expect(new Set(receiver.records.map(({ id }) => id)).size).toBe(RECORDS + 1);
  }

  /** A diag logger. */
  const said = (say: (...words: unknown[]) => unknown): unknown => ({
    error: say,
    warn: say,
    info: say,
    debug: say,
    verbose: say,
  });

  const token = (nth: number): object => {
    let read = 0;
    return Object.defineProperty({}, 'x-token', {
      enumerable: true,
      get: () => (++read === nth ? hostile() : 'a'),
    });
  };

  it.each<[how: string, headers: () => unknown]>([
    ['throws what is no text', inTurn<unknown>(hostile, good)],
    ['rejects with what is no text', inTurn<unknown>(async () => hostile(), good)],
    ...[1, 2, 3].flatMap((nth): [string, () => unknown][] => {
      const once = token(nth);
      const promised = token(nth);
      return [
        [`has a getter that throws at reading ${nth}`, () => once],
        [`has a getter that throws at reading ${nth}, in a promise`, async () => promised],
      ];
    }),
    ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((nth): [string, () => unknown][] => [
      [`is a Proxy that throws at reading ${nth}`, inTurn<unknown>(() => throwingAt(nth, { ...GOOD }), good)],
      [
        `is a Proxy that throws at reading ${nth}, in a promise`,
        inTurn<unknown>(async () => throwingAt(nth, { ...GOOD }), good),
      ],
    ]),
    [
      'is no promise but acts as one',
      () => withThen({ value: (take: (headers: object) => void) => take(GOOD) }),
    ],
    [
      'answers twice and throws then',
      () =>
        withThen({
          value(take: (headers: object) => void) {
            take(GOOD);
            take(GOOD);
            hostile();
          },
        }),
    ],
    [
      'is a promise whose then throws',
      inTurn<unknown>(() => withThen({ get: hostile }, Promise.resolve(GOOD)), good),
    ],
    ['is a promise of another realm', () => runInNewContext(`Promise.resolve({ 'x-token': 'a' })`)],
    ['is an object of another realm', () => runInNewContext(`({ 'x-token': 'a' })`)],
    ['has no prototype', () => Object.assign(Object.create(null), GOOD)],
    [
      'is of a class of its own',
      inTurn<unknown>(
        () => new Headers(GOOD),
        () => new Map(Object.entries(GOOD)),
        good,
      ),
    ],
    [
      'is nothing',
      inTurn<unknown>(
        () => undefined,
        async () => null,
        good,
      ),
    ],
    ['has a value that is no text', inTurn<unknown>(() => ({ 'x-token': throwingAt(1, {}) }), good)],
    ['never comes', inTurn<unknown>(() => new Promise(() => {}), good)],
  ])('headers whose result %s costs no record', async (_, headers) => {
    await using receiver = await Receiver.start();
    await expectAll({ headers: headers as Headers, timeoutMillis: 200 }, receiver);
    expect(new Set(receiver.requests.map((request) => request.headers['x-token']))).toEqual(new Set(['a']));
  });

  it.each<[how: string, onDrop: () => unknown]>([
    ['throws what is no text', hostile],
    ['rejects with what is no text', async () => hostile()],
    ['returns what throws when it is read', () => new Proxy({}, { get: hostile })],
    ['returns a promise whose then throws', () => withThen({ get: hostile }, Promise.resolve())],
    [
      'returns what acts as a promise and rejects',
      () => withThen({ value: (_: unknown, no: (e: Error) => void) => no(new Error('no')) }),
    ],
    ['returns a rejection of another realm', () => runInNewContext('Promise.reject(Object.create(null))')],
  ])('onDrop that %s changes no account', async (_, onDrop) => {
    await using receiver = await Receiver.start();
    const { accepted, dropped } = admitted(RECORDS, RECORDS + 3);
    receiver.script(...Array<number>(accepted).fill(400));
    const words: string[] = [];
    diag.setLogger(said((word) => words.push(String(word))) as never, { suppressOverrideMessage: true });
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, onDrop, maxQueueSize: RECORDS });
    for (let id = 0; id < RECORDS + 3; id++) logger.log({ id });
    const lost = { delivered: 0, pending: 0, failed: { rejected: accepted }, dropped };
    expect(await logger.flush()).toMatchObject({ accepted, ...lost });
    logger.log({ a: 1 });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toMatchObject({
      ...lost,
      accepted: accepted + 1,
      delivered: 1,
    });
    expect(words.filter((word) => word.includes('onDrop failed'))).toHaveLength(RECORDS + 3);
  });

  /** A meter provider whose instruments measure nothing, and do `add` instead. */
  const measuring = (add: () => unknown): MeterProvider => {
    const create = (): unknown => ({ add, record: add, addCallback() {}, removeCallback: add });
    return { getMeter: () => new Proxy({}, { get: () => create }) as Meter };
  };

  it.each<[how: string, meterProvider: () => unknown]>([
    ['has no meter', () => ({ getMeter: () => undefined })],
    ['has meters that can not be read', () => ({ getMeter: () => throwingAt(1, {}) })],
    ['has meters that can not be read for the second time', () => ({ getMeter: () => throwingAt(2, {}) })],
    ['throws what is no text', () => measuring(hostile)],
    [
      'throws at each third measuring',
      () => measuring(inTurn(...Array<() => void>(2).fill(() => {}), hostile)),
    ],
    ['rejects with what is no text', () => measuring(async () => hostile())],
    ['has no instruments', () => ({ getMeter: () => new Proxy({}, { get: () => () => undefined }) })],
  ])('meterProvider that %s costs no record', async (_, meterProvider) => {
    await using receiver = await Receiver.start();
    await expectAll({ meterProvider: meterProvider() as MeterProvider }, receiver);
  });

  it.each<[how: string, install: () => unknown]>([
    [
      'diag that throws what is no text',
      () => diag.setLogger(said(hostile) as never, { suppressOverrideMessage: true }),
    ],
    [
      'diag that rejects',
      () => diag.setLogger(said(async () => hostile()) as never, { suppressOverrideMessage: true }),
    ],
    ['context manager that throws', () => context.setGlobalContextManager(managing({ active: hostile }))],
    [
      'context manager whose context can not be read',
      () => context.setGlobalContextManager(managing({ active: () => throwingAt(1, {}) })),
    ],
    [
      'context manager whose context has no values',
      () => context.setGlobalContextManager(managing({ active: () => ({}) })),
    ],
  ])('%s costs no record', async (_, install) => {
    install();
    await using receiver = await Receiver.start();
    let asked = 0;
    // Something to say, and something to measure.
    const headers = (): typeof GOOD => (++asked % 3 === 0 ? hostile() : GOOD);
    const onDrop = hostile;
    await expectAll({ headers, onDrop, metadata: true, meterProvider: measuring(hostile) }, receiver);
  });

  /** A context manager of which a method is another. */
  const managing = (other: object): never => {
    const manager = {
      active: () => undefined,
      with: (_: unknown, run: (...args: unknown[]) => unknown, self: unknown, ...args: unknown[]) =>
        run.call(self, ...args),
      bind: (_: unknown, target: unknown) => target,
      enable: () => manager,
      disable: () => manager,
      ...other,
    };
    return manager as never;
  };

  type Dispatch = Dispatcher['dispatch'];
  type Handler = Required<Dispatcher.DispatchHandler>;

  /** A handler each of whose calls is made by `call`. */
  const handling = (
    handler: Dispatcher.DispatchHandler,
    call: (run: () => void, name: string) => void,
  ): Handler =>
    new Proxy(handler, {
      get(target, name) {
        const method: unknown = target[name as keyof Handler];
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => call(() => Reflect.apply(method, target, args), String(name));
      },
    }) as Handler;

  const twice = (run: () => void): void => {
    run();
    run();
  };
  const afterTheEnd = (handler: Handler, controller: Dispatcher.DispatchController): void => {
    handler.onResponseStart(controller, 500, {});
    handler.onResponseData(controller, Buffer.alloc(100_000));
    handler.onResponseEnd(controller, {});
    handler.onResponseError(controller, throwingAt(1, new Error('late')));
  };

  it.each<[how: string, dispatch: (dispatch: Dispatch, nth: number) => Dispatch]>([
    ['throws', (dispatch, nth) => (nth % 2 === 0 ? dispatch : hostile)],
    [
      'throws after it has sent',
      (dispatch, nth) => (options, handler) => {
        dispatch(options, handler);
        return nth % 2 === 0 || hostile();
      },
    ],
    [
      'rejects with nothing',
      (dispatch, nth) => (nth % 2 === 0 ? dispatch : ((() => Promise.reject()) as never)),
    ],
    ['rejects', (dispatch, nth) => (nth % 2 === 0 ? dispatch : ((async () => hostile()) as never))],
    [
      'sends and rejects',
      (dispatch, nth) =>
        (async (...args: Parameters<Dispatch>) => {
          await dispatch(...args);
          return nth % 2 === 0 || hostile();
        }) as never,
    ],
    [
      'calls its handler twice',
      (dispatch) => (options, handler) => dispatch(options, handling(handler, twice)),
    ],
    [
      'calls its handler after the end',
      (dispatch) => (options, handler) => {
        const end = handling(handler, (run, name) => {
          run();
          if (name === 'onResponseEnd') afterTheEnd(handler as Handler, throwingAt(1, {}) as never);
        });
        return dispatch(options, end);
      },
    ],
    ['never calls its handler', (dispatch, nth) => (nth % 4 === 0 ? () => true : dispatch)],
    [
      'calls its handler with nothing that can be read',
      (dispatch, nth) => (options, handler) => {
        if (nth % 2 === 0) return dispatch(options, handler);
        const { onResponseStart, onResponseError } = handler as Handler;
        onResponseStart.call(handler, undefined as never, 200, undefined as never);
        onResponseError.call(handler, undefined as never, undefined as never);
        return true;
      },
    ],
    [
      'gives a controller that throws',
      (dispatch, nth) => (options, handler) => {
        if (nth % 2 === 0) return dispatch(options, handler);
        (handler as Handler).onRequestStart(throwingAt(1, {}) as never, undefined as never);
        return true;
      },
    ],
  ])('dispatcher that %s costs no record', async (_, spoil) => {
    await using receiver = await Receiver.start();
    const agent = new Agent();
    let nth = 0;
    const dispatcher = {
      dispatch: (...args: Parameters<Dispatch>) => spoil(agent.dispatch.bind(agent), nth++)(...args),
    } as unknown as Dispatcher;
    await expectAll({ dispatcher, timeoutMillis: 200 }, receiver);
    await agent.close();
  });

  it.each<[how: string, answer: (tell: Tell) => unknown]>([
    ['gives no address', (tell) => tell(null, [])],
    ['gives nothing', (tell) => tell(null)],
    ['gives what is no address', (tell) => tell(null, [null, 'localhost', {}])],
    ['rejects', async () => hostile()],
    ['throws', hostile],
  ])('dns.lookup that %s at first costs no record', async (_, answer) => {
    await using receiver = await Receiver.start();
    const lookup = vi
      .spyOn(dns, 'lookup')
      .mockImplementation(((_host: string, _options: object, tell: Tell) =>
        lookup.mock.calls.length < 4
          ? answer(tell)
          : tell(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof dns.lookup);
    const url = receiver.url.replace('127.0.0.1', 'records.example');
    // In the thread, no function of the application is there.
    await expectAll({ url, thread: false }, receiver);
    lookup.mockRestore();
  });

  it('dispatcher that the application closes in the middle costs what is not sent, with the account', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {}); // never answers
    const dispatcher = new Agent();
    const logger = createRemoteLogger({
      url: receiver.url,
      dispatcher,
      concurrency: 2,
      retry: { ...FAST.retry, maxElapsedMillis: 100 },
    });
    for (let id = 0; id < RECORDS; id++) logger.log({ id });
    await receiver.received(2);
    await dispatcher.destroy();
    const stats = await logger.flush();
    expectBalance(stats, RECORDS);
    expect(stats).toMatchObject({ pending: 0, failed: { retries_exhausted: RECORDS } });
    await logger.shutdown();
  });

  it('onDrop that ends the process loses nothing else where a thread does the sending', async () => {
    await using receiver = await Receiver.start();
    receiver.script(...Array<number>(20).fill(400));
    const options = { url: receiver.url, thread: true, exitTimeoutMillis: 30_000 };
    const ended = await runChild('exit-in-callback', { args: [options, 500, 'onDrop'] });
    expect(ended).toMatchObject({ code: 9, signal: null });
    // With a queue on disk, what comes after is for the next process.
    expect(toldLost(ended)).toBeGreaterThanOrEqual(where({ inMemory: 20, onDisk: 1 }));
    expect(ended.stderr).not.toContain('undelivered');
    expect(new Set([...receiver.records.map(({ id }) => id), ...(ended.left ?? [])]).size).toBe(500);
  });

  it('onDrop that ends the process leaves an exact account of what was reported with its loss', async () => {
    await using receiver = await Receiver.start();
    const held: (() => void)[] = [];
    receiver.otherwise((_, response) => {
      held.push(() => response.writeHead(400).end());
      if (held.length === 10) for (const release of held) release();
    });
    const options = { url: receiver.url, thread: true, exitTimeoutMillis: 30_000 };
    const ended = await runChild('exit-in-callback', { args: [options, 10, 'onDrop'] });
    expect(ended).toMatchObject({ code: 9, signal: null });
    expect(toldLost(ended) + (ended.left ?? []).length).toBe(10);
    expect(toldLost(ended)).toBe(where({ inMemory: 10, onDisk: 1 }));
    expect(ended.stderr).not.toContain('undelivered');
  });

  it('headers function that ends the process is told of as what is lost by it', async () => {
    await using receiver = await Receiver.start();
    const options = { url: receiver.url, thread: true, exitTimeoutMillis: 200 };
    const ended = await runChild('exit-in-callback', { args: [options, 10, 'headers'] });
    expect(ended).toMatchObject({ code: 9, signal: null });
    const lost = undelivered(10);
    expect(wordsOf(ended).slice(0, lost.length)).toEqual(lost);
    expect(ended.left).toEqual(left(...Array(10).keys()));
    const why = wordsOf(ended).slice(lost.length);
    // A slow thread may have nothing to say of it yet.
    for (const line of why) expect(line).toMatch(/ for \d+ s \(the headers function has not returned\)$/);
    expect(why.length).toBeLessThan(2);
  });

  it('headers function that never answers is told of as such', async () => {
    await using receiver = await Receiver.start();
    const retry = { ...FAST.retry, maxElapsedMillis: 100 };
    const headers = () => new Promise<typeof GOOD>(() => {});
    const words: string[] = [];
    diag.setLogger(said((word) => words.push(String(word))) as never, { suppressOverrideMessage: true });
    const logger = createRemoteLogger({ url: receiver.url, timeoutMillis: 50, retry, headers });
    logger.log({ a: 1 });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toMatchObject({
      failed: { retries_exhausted: 1 },
    });
    await vi.waitFor(() =>
      expect(words.join()).toContain('the headers function gave no answer within timeoutMillis'),
    );
  });

  it('instruments that log measure no record of their own', async () => {
    await using receiver = await Receiver.start();
    const logger: RemoteLogger = createRemoteLogger({
      ...FAST,
      url: receiver.url,
      meterProvider: measuring(() => logger.log({ measured: true })),
    });
    for (let id = 0; id < RECORDS; id++) logger.log({ id });
    const stats = await logger.shutdown({ timeoutMillis: 30_000 });
    expect(stats).toMatchObject({ accepted: RECORDS, delivered: RECORDS, pending: 0 });
    expect(Object.keys(stats.dropped)).toEqual(['feedback']);
    // Each record is measured a few times, and what that logs is not.
    expect(stats.dropped.feedback).toBeLessThan(RECORDS * 10);
  });

  it('meter provider that says something on a diag that is bridged to the logger sets up one logger', async () => {
    await using receiver = await Receiver.start();
    const meterProvider = measuring(() => {});
    const getMeter = (): Meter => {
      logger.log({ said: true });
      return meterProvider.getMeter('m');
    };
    const logger: RemoteLogger = createRemoteLogger({
      ...FAST,
      url: receiver.url,
      meterProvider: { getMeter },
    });
    for (let id = 0; id < RECORDS; id++) logger.log({ id });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toMatchObject({
      accepted: RECORDS,
      delivered: RECORDS,
      // With a queue on disk, it is asked for before anybody has the logger.
      dropped: where({ inMemory: { feedback: 2 }, onDisk: {} }),
    });
  });

  /** Each opens sockets and waits for time-outs, about a tenth of a second: no more fit into a test's time. */
  const MOST_RUNS = 200;
  const NUM_RUNS = Math.min(Number(process.env['FC_RUNS'] ?? 25), MOST_RUNS);

  /** What a callback does in place of what it should: one after the other, then no more of it. */
  const behaviours = fc.array(
    fc.constantFrom<(wanted: () => unknown) => unknown>(
      (wanted) => wanted(),
      hostile,
      async () => hostile(),
      async (wanted) => wanted(),
      () => undefined,
      () => throwingAt(1, {}),
      (wanted) => throwingAt(2, Object(wanted())),
      (wanted) => throwingAt(4, Object(wanted())),
      (wanted) => withThen({ value: (take: (value: unknown) => void) => take(wanted()) }),
      () => withThen({ get: hostile }, Promise.resolve()),
      () => runInNewContext('Promise.reject(Object.create(null))'),
      (wanted) => {
        wanted();
        return hostile();
      },
      () => new Promise(() => {}),
    ),
    { maxLength: 12 },
  );
  type Behaviours = ReturnType<typeof behaviours.generate>['value'];

  const behaving =
    (all: Behaviours, wanted: () => unknown, left = [...all]): (() => unknown) =>
    () =>
      left.shift()?.(wanted) ?? wanted();

  it('of any kind that does anything leaves an exact account and a logger that goes on', async () => {
    await using receiver = await Receiver.start();
    const everything = fc.record({
      format: fc.constantFrom('object' as const, 'ndjson' as const, 'array' as const),
      count: fc.integer({ min: 1, max: 30 }),
      answers: fc.array(fc.constantFrom(204, 400, 404, 413, 500, 503), { maxLength: 12 }),
      ownDispatcher: fc.boolean(),
      headers: behaviours,
      onDrop: behaviours,
      measure: behaviours,
      dispatch: behaviours,
    });
    await fc.assert(
      fc.asyncProperty(everything, async ({ format, count, answers, ownDispatcher, ...all }) => {
        receiver.script(...answers);
        const agent = new Agent();
        const dispatch = (...args: Parameters<Dispatch>): unknown =>
          behaving(dispatches, () => agent.dispatch(...args), dispatches)();
        const dispatches = [...all.dispatch];
        const logger = createRemoteLogger({
          retry: { initialDelayMillis: 1, maxDelayMillis: 2 },
          timeoutMillis: 100,
          url: receiver.url,
          format,
          metadata: count % 2 === 0,
          maxQueueSize: 25,
          batch: { scheduledDelayMillis: 0, maxExportBatchSize: 10 },
          headers: behaving(all.headers, good) as Headers,
          onDrop: behaving(all.onDrop, () => {}),
          meterProvider: measuring(behaving(all.measure, () => {})),
          dispatcher: ownDispatcher ? ({ dispatch } as Dispatcher) : undefined,
        });
        for (let id = 0; id < count; id++) logger.log({ id });
        const stats = await logger.flush();
        expectBalance(stats, count);
        expect(stats.pending).toBe(0);
        expect(
          Object.keys(stats.failed).filter((why) => !/^(refused|rejected|too_large)$/.test(why)),
        ).toEqual([]);
        receiver.forgetScript();
        logger.log({ further: true });
        expect(await logger.shutdown({ timeoutMillis: 30_000 })).toMatchObject({
          delivered: stats.delivered + 1,
          pending: 0,
        });
        await agent.destroy();
        await turn();
        expect(unhandled).toEqual([]);
      }),
      { numRuns: NUM_RUNS },
    );
  }, 180_000);
});
