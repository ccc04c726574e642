import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { createRemoteLogger, RemoteLogRecordExporter, withFlush } from '../src/index.js';
import { Child } from './support/child.js';
import { Receiver } from './support/receiver.js';

/** Longer than any test: what arrives has been flushed. */
const NEVER = { batch: { scheduledDelayMillis: 600_000 } };

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

  it('costs nothing where nothing is set up', async () => {
    vi.stubEnv('REMOTE_LOGGER_URL', '');
    expect(await withFlush((a: number, b: number) => a + b)(1, 2)).toBe(3);
  });

  it('refuses a wrong option where it is made', () => {
    expect(() => withFlush(() => {}, { timeoutMillis: -1 })).toThrow('option "timeoutMillis" must');
    const loggerProvider = 'mine' as never;
    expect(() => withFlush(() => {}, { loggerProvider })).toThrow('option "loggerProvider" must');
  });

  it.each([
    ['withFlush', 1],
    ['nothing', 0],
  ])('in a process that is frozen right after its answer, with %s', async (wrapper, arrived) => {
    await using receiver = await Receiver.start();
    const child = new Child('frozen', { args: [wrapper], env: { REMOTE_LOGGER_URL: receiver.url } });
    await child.said('answer');
    child.kill('SIGSTOP');
    expect(receiver.requests).toHaveLength(arrived);
    child.kill('SIGKILL');
    await child.ended;
    expect(receiver.requests).toHaveLength(arrived);
  });
});
