import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  createRemoteLogger,
  type RemoteLogger,
  RemoteLogRecordExporter,
  withFlush,
} from '../../src/index.js';
import { Child, runChild } from '../support/child.js';
import { Receiver } from '../support/receiver.js';

/** Longer than any test: after the first batch, what arrives has been flushed. */
const NEVER = { batch: { scheduledDelayMillis: 600_000 } };

type Callback = (error: unknown, result?: unknown) => void;

/** What a platform such as AWS Lambda does: of a promise and a callback, the first is the answer. */
async function invoke(
  handler: (...args: never[]) => unknown,
  arrived: () => number,
): Promise<{ answer: unknown[]; arrived: number }> {
  const answer = await new Promise<unknown[]>((resolve) => {
    const callback = (...given: unknown[]): void => resolve(['callback', ...given]);
    const returned = (handler as (...args: unknown[]) => unknown)({ id: 1 }, {}, callback);
    if (!(returned instanceof Promise)) return;
    returned.then(
      (result) => resolve(['promise', result]),
      (error) => resolve(['rejection', error]),
    );
  });
  return { answer, arrived: arrived() };
}

/** What acts as a promise without being one. */
const thenable = (result: unknown): unknown =>
  Object.defineProperty({}, 'then', { value: (resolve: (result: unknown) => void) => resolve(result) });

describe('a handler with a flush', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is the same handler, whose answer comes after its records', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...NEVER, url: receiver.url });
    const service = {
      name: 'shop',
      handler: withFlush(async function (this: { name: string }, event: { id: number }) {
        logger.log({ id: event.id });
        return `${this.name} ${event.id}`;
      }),
    };
    expectTypeOf(service.handler).returns.resolves.toBeString();
    const answers = await Promise.all([1, 2, 3].map((id) => service.handler({ id })));
    expect(answers).toEqual(['shop 1', 'shop 2', 'shop 3']);
    expect(receiver.records).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    await logger.shutdown();
  });

  it('that throws delivers too', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...NEVER, url: receiver.url });
    const handler = withFlush(() => {
      logger.log({ a: 1 });
      throw new Error('mine');
    });
    await expect(handler()).rejects.toThrow('mine');
    expect(receiver.records).toEqual([{ a: 1 }]);
    await logger.shutdown();
  });

  it('answers at its deadline where nothing gets through', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {}); // never answers
    const logger = createRemoteLogger({ ...NEVER, url: receiver.url });
    const handler = withFlush(
      () => {
        logger.log({ a: 1 });
        return 'answer';
      },
      { timeoutMillis: 50 },
    );
    expect(await handler()).toBe('answer');
    expect(logger.stats()).toMatchObject({ pending: 1 });
    await logger.shutdown({ timeoutMillis: 0 });
  });

  it('flushes a provider of the application, whoever else does at that moment', async () => {
    await using receiver = await Receiver.start();
    let release = (): void => {};
    receiver.script((_request, response) => {
      release = () => response.writeHead(204).end();
    });
    const exporter = new RemoteLogRecordExporter({ url: receiver.url });
    const processor = new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: 600_000 });
    const loggerProvider = new LoggerProvider({ processors: [processor] });
    const logger = loggerProvider.getLogger('a');
    const handler = withFlush((id: number) => logger.emit({ body: { id } }), { loggerProvider });
    const first = handler(1);
    await receiver.received(1);
    // Asked to flush while it flushes, the SDK answers at once.
    const second = handler(2).then(() => receiver.records.map(({ id }) => id));
    release();
    expect(await second).toEqual([1, 2]);
    await first;
    await loggerProvider.shutdown();
  });

  it.each<[how: string, end: (callback: Callback) => unknown, answer: unknown[]]>([
    ['later', (callback) => void setImmediate(() => callback(null, 'mine')), ['callback', null, 'mine']],
    ['at once', (callback) => void callback(null, 'mine'), ['callback', null, 'mine']],
    ['with an error', (callback) => void callback(new Error('mine')), ['callback', new Error('mine')]],
    [
      'in vain, as it throws',
      () => {
        throw new Error('mine');
      },
      ['callback', new Error('mine')],
    ],
    [
      'before its promise',
      (callback) => {
        callback(null, 'mine');
        return Promise.resolve('other');
      },
      ['callback', null, 'mine'],
    ],
    ['never, but by a promise', () => Promise.resolve('mine'), ['promise', 'mine']],
    ['never, but by a rejection', () => Promise.reject(new Error('mine')), ['rejection', new Error('mine')]],
    ['never, but by what acts as a promise', () => thenable('mine'), ['promise', 'mine']],
  ])('that answers through a callback %s has its answer after its records', async (_, end, answer) => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...NEVER, url: receiver.url });
    const handler = withFlush((event: { id: number }, _context: object, callback: Callback) => {
      logger.log({ id: event.id });
      return end(callback);
    });
    const arrived = (): number => receiver.requests.length;
    expect(await invoke(handler, arrived)).toEqual({ answer, arrived: 1 });
    await logger.shutdown();
  });

  it.each<[what: string, handler: (logger: RemoteLogger) => (...args: never[]) => unknown, answer: unknown]>([
    [
      'whose result is one',
      (logger) => (event: object) => {
        logger.log(event);
        return 'mine';
      },
      ['promise', 'mine'],
    ],
    // Its platform answers when nothing is left to do.
    ['that has none', (logger) => (event: object) => logger.log(event), undefined],
    [
      'whose callback is not declared',
      (logger) =>
        (...args) => {
          const [event, , callback] = args as unknown as [object, object, Callback];
          logger.log(event);
          callback(null, 'mine');
        },
      ['callback', null, 'mine'],
    ],
  ])('on a platform that takes a callback, too, delivers and answers: %s', async (_, make, answer) => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...NEVER, url: receiver.url });
    logger.log('a first record, which no delay holds back');
    await receiver.received(1);
    const handler = withFlush(make(logger));
    const answered = invoke(handler, () => receiver.requests.length);
    await receiver.received(2);
    if (answer !== undefined) expect(await answered).toEqual({ answer, arrived: 2 });
    await logger.shutdown();
  });

  it('whose callback throws is no rejection, but what Node makes of any such callback', async () => {
    expect(await runChild('throwing-callback')).toMatchObject({
      code: 0,
      stdout: 'uncaughtException mine\n',
    });
  });

  it('has the name, the parameters and the marks of the handler, those that come later too', () => {
    const MARK = Symbol.for('a platform.streaming');
    const named = (_a: number, _b: number, _c: number): number => 0;
    const handler = Object.assign(named, { [MARK]: 'response' });
    const wrapped = withFlush(handler) as unknown as typeof handler;
    expect([wrapped.name, wrapped.length, wrapped[MARK]]).toEqual(['named', 3, 'response']);
    wrapped[MARK] = 'changed';
    expect(handler[MARK]).toBe('changed');
  });

  it('has the type of its answer', () => {
    type Answer = { readonly statusCode: number };
    // biome-ignore lint/suspicious/noConfusingVoidType: as in the types of AWS Lambda
    type LambdaHandler = (event: object, context: object, callback: Callback) => void | Promise<Answer>;
    const lambda: LambdaHandler = async () => ({ statusCode: 200 });
    expectTypeOf(withFlush(lambda)).toEqualTypeOf<LambdaHandler>();
    expectTypeOf(withFlush((_: number) => 'a')).returns.toEqualTypeOf<Promise<string>>();
    expectTypeOf(withFlush(async () => {})).returns.toEqualTypeOf<Promise<void>>();
  });

  it('answers what the handler did, also where the flush can not be', async () => {
    const loggerProvider = { getLogger: () => ({ emit() {} }), forceFlush: () => JSON.parse('{') } as never;
    expect(await withFlush(() => 'mine', { loggerProvider })()).toBe('mine');
    // What another copy of the package has set up.
    vi.stubGlobal(Symbol.for('otel-remote-logger.logging') as never, Promise.reject(new Error('other')));
    expect(await withFlush(() => 'mine')()).toBe('mine');
    vi.unstubAllGlobals();
  });

  it('costs nothing where nothing is set up', async () => {
    vi.stubEnv('REMOTE_LOGGER_URL', '');
    expect(await withFlush((a: number, b: number) => a + b)(1, 2)).toBe(3);
  });

  it('refuses a wrong option where it is made', () => {
    expect(() => withFlush(undefined as never)).toThrow('the handler must be a function, got undefined');
    expect(() => withFlush(() => {}, { timeoutMillis: -1 })).toThrow('option "timeoutMillis" must');
    const loggerProvider = 'mine' as never;
    expect(() => withFlush(() => {}, { loggerProvider })).toThrow('option "loggerProvider" must');
  });

  it.each([
    ['withFlush', 2],
    ['nothing', 1],
  ])('in a process that is frozen right after its answer, with %s', async (wrapper, arrived) => {
    await using receiver = await Receiver.start();
    const env = { REMOTE_LOGGER_URL: receiver.url, OTEL_BLRP_SCHEDULE_DELAY: '600000' };
    const child = new Child('frozen', { args: [wrapper], env });
    await child.said('answer');
    child.kill('SIGSTOP');
    expect(receiver.requests).toHaveLength(arrived);
    child.kill('SIGKILL');
    await child.ended;
    expect(receiver.requests).toHaveLength(arrived);
  });
});
