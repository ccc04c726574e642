import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, getRemoteLogger, setRemoteLogger, withFlush } from '../../src/index.js';
import { Receiver } from '../support/receiver.js';

const SOMEWHERE = 'http://127.0.0.1:9/logs';

describe('setRemoteLogger()', () => {
  afterEach(() => {
    setRemoteLogger(undefined);
    vi.unstubAllEnvs();
  });

  it('decides what getRemoteLogger() gives, and returns the one before', () => {
    const [one, other] = [createRemoteLogger({ url: SOMEWHERE }), createRemoteLogger({ url: SOMEWHERE })];
    expect(setRemoteLogger(one)).toBeUndefined();
    expect(getRemoteLogger()).toBe(one);
    expect(setRemoteLogger(other)).toBe(one);
    expect(getRemoteLogger()).toBe(other);
  });

  it('returns the one that was made from the environment', () => {
    const made = getRemoteLogger();
    expect(setRemoteLogger(createRemoteLogger({ url: SOMEWHERE }))).toBe(made);
  });

  it('goes back to the environment of the next call, with undefined', () => {
    setRemoteLogger(createRemoteLogger({ url: '' }));
    setRemoteLogger(undefined);
    vi.stubEnv('REMOTE_LOGGER_URL', SOMEWHERE);
    expect(getRemoteLogger().enabled).toBe(true);
    expect(setRemoteLogger(undefined)?.enabled).toBe(true);
  });

  it('leaves the one before to whoever has it', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    const before = getRemoteLogger();
    setRemoteLogger(createRemoteLogger({ url: '' }));
    before.log({ id: 1 });
    expect(await before.shutdown()).toMatchObject({ delivered: 1 });
    expect(receiver.records).toEqual([{ id: 1 }]);
  });

  it.each([
    ['null', null],
    ['a string', 'logger'],
    ['an object without its methods', { log() {}, flush() {} }],
    ['options', { url: SOMEWHERE }],
  ])('refuses %s, and changes nothing', (_, given) => {
    const logger = createRemoteLogger({ url: SOMEWHERE });
    setRemoteLogger(logger);
    expect(() => setRemoteLogger(given as never)).toThrow(TypeError);
    expect(() => setRemoteLogger(given as never)).toThrow(
      'the logger must be a RemoteLogger, or undefined, got ',
    );
    expect(getRemoteLogger()).toBe(logger);
  });

  it.each([
    ['throws', () => JSON.parse('{')],
    ['rejects', async () => JSON.parse('{')],
  ])('a logger whose flush() %s keeps withFlush() from no other flush', async (_, flush) => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ url: receiver.url, batch: { scheduledDelayMillis: 600_000 } });
    setRemoteLogger({ ...createRemoteLogger({ url: '' }), flush });
    const handler = withFlush(() => logger.log({ id: 1 }));
    await handler();
    expect(receiver.records).toEqual([{ id: 1 }]);
    await logger.shutdown();
  });
});
