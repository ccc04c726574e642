import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createRemoteLogger,
  getRemoteLogger,
  type RemoteLogger,
  type RemoteLoggerOptions,
  setRemoteLogger,
} from '../../src/index.js';
import { type CapturedLogs, captureRemoteLogs, createTestReceiver } from '../../src/testing.js';

const SOMEWHERE = 'http://127.0.0.1:9/logs';
const TIME = /^20\d\d-\d\d-\d\dT/;

describe('a capture', () => {
  const captures: CapturedLogs[] = [];
  const capture = (options?: RemoteLoggerOptions): CapturedLogs => {
    const logs = captureRemoteLogs(options);
    captures.push(logs);
    return logs;
  };
  afterEach(() => {
    for (const logs of captures.splice(0)) logs.restore();
    setRemoteLogger(undefined);
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  /** Loggers as applications get them before a test begins. */
  const HELD: readonly (readonly [string, () => RemoteLogger])[] = [
    ['that is off', () => getRemoteLogger()],
    [
      'that is on by its variables',
      () => {
        vi.stubEnv('REMOTE_LOGGER_URL', SOMEWHERE);
        return getRemoteLogger();
      },
    ],
    [
      'that was set',
      () => {
        setRemoteLogger(createRemoteLogger({ url: SOMEWHERE }));
        return getRemoteLogger();
      },
    ],
    [
      'that was set, and is off',
      () => {
        setRemoteLogger(createRemoteLogger({ url: '' }));
        return getRemoteLogger();
      },
    ],
  ];

  it.each(HELD)('has what is logged, as it would arrive, at once: to a logger %s', (_, make) => {
    const held = make();
    const logs = capture();
    held.log({ type: 'turn', usage: { tokens: 256 }, at: new Date(0), none: undefined });
    getRemoteLogger().log('text');
    expect(getRemoteLogger()).toBe(held);
    expect(held.enabled).toBe(true);
    expect(logs.records).toEqual([
      { type: 'turn', usage: '{"tokens":256}', at: '1970-01-01T00:00:00.000Z' },
      { body: 'text' },
    ]);
    expect(held.stats()).toMatchObject({ accepted: 2, delivered: 2, pending: 0 });
  });

  it.each(HELD)('leaves a logger %s as it was', async (_, make) => {
    const held = make();
    const before = { ...held, enabled: held.enabled, stats: held.stats() };
    const logs = capture();
    held.log({ n: 1 });
    await held.shutdown();
    logs.restore();
    expect({ ...held, enabled: held.enabled, stats: held.stats() }).toEqual(before);
    held.log({ n: 2 });
    expect(held.stats().accepted).toBe(before.enabled ? 1 : 0);
    expect(logs.records).toEqual([{ n: 1 }]);
    await held.shutdown({ timeoutMillis: 0 });
  });

  it('sends nothing, and afterwards all', async () => {
    await using receiver = await createTestReceiver();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    const logger = getRemoteLogger();
    logger.log({ n: 1 });
    const logs = capture();
    logger.log({ n: 2 });
    await logger.flush();
    logs.restore();
    logger.log({ n: 3 });
    expect(await logger.shutdown()).toMatchObject({ accepted: 2, delivered: 2 });
    expect(receiver.records).toEqual(expect.arrayContaining([{ n: 1 }, { n: 3 }]));
    expect(receiver.records).toHaveLength(2);
  });

  it('is cleared, and goes on', () => {
    const logs = capture();
    getRemoteLogger().log({ n: 1 });
    logs.clear();
    expect(logs.records).toEqual([]);
    getRemoteLogger().log({ n: 2 });
    expect(logs.records).toEqual([{ n: 2 }]);
  });

  it.each([
    ['using', (logs: CapturedLogs) => logs[Symbol.dispose]()],
    ['await using', (logs: CapturedLogs) => logs[Symbol.asyncDispose]()],
  ])('ends with %s', async (_, dispose) => {
    const logs = capture();
    await dispose(logs);
    getRemoteLogger().log({ n: 1 });
    expect(logs.records).toEqual([]);
    expect(getRemoteLogger().enabled).toBe(false);
  });

  it('ends the one before, whose end then ends nothing', () => {
    const held = getRemoteLogger();
    const first = capture();
    const second = capture();
    first.restore();
    held.log({ n: 1 });
    expect([first.records, second.records]).toEqual([[], [{ n: 1 }]]);
    second.restore();
    expect(held.enabled).toBe(false);
  });

  describe('shapes records as in production', () => {
    it('by variables', () => {
      vi.stubEnv('REMOTE_LOGGER_METADATA', 'true');
      vi.stubEnv('OTEL_SDK_DISABLED', 'true');
      const logs = capture();
      getRemoteLogger().log({ n: 1 });
      expect(logs.records).toMatchObject([{ n: 1, timestamp: expect.stringMatching(TIME) }]);
    });

    it('by the options of the logger that is captured', () => {
      const beforeSend: RemoteLoggerOptions['beforeSend'] = (record) => ({ ...record, seen: true });
      setRemoteLogger(
        createRemoteLogger({ url: SOMEWHERE, fields: { service: 'shop' }, redact: ['ip'], beforeSend }),
      );
      const logs = capture();
      getRemoteLogger().log({ ip: '127.0.0.1' });
      getRemoteLogger().child({ id: 1 }).log({});
      expect(logs.records).toEqual([
        { ip: '[Redacted]', service: 'shop', seen: true },
        { id: 1, service: 'shop', seen: true },
      ]);
    });

    it('by options of its own, in the place of those', () => {
      setRemoteLogger(createRemoteLogger({ url: SOMEWHERE, fields: { service: 'shop' } }));
      const logs = capture({ metadata: true, fields: { region: 'eu' } });
      getRemoteLogger().log({ n: 1 });
      expect(logs.records).toMatchObject([{ n: 1, region: 'eu', timestamp: expect.stringMatching(TIME) }]);
      expect(logs.records[0]).not.toHaveProperty('service');
    });

    it('and has none that is dropped', () => {
      const losses: unknown[] = [];
      const logs = capture({ maxPayloadBytes: 100, onDrop: ({ reason }) => losses.push(reason) });
      getRemoteLogger().log({ text: 'é'.repeat(60) });
      getRemoteLogger().log(undefined as never);
      expect(logs.records).toEqual([]);
      expect(losses).toEqual(['too_large', 'invalid']);
      expect(getRemoteLogger().stats()).toMatchObject({ accepted: 0, dropped: { too_large: 1, invalid: 1 } });
    });

    it('and says why, where nothing would be sent', () => {
      vi.stubEnv('REMOTE_LOGGER_REDACT', 'a[');
      expect(() => capture()).toThrow('nothing would be sent: REMOTE_LOGGER_REDACT');
    });
  });

  describe('has the children', () => {
    it.each(HELD)('of a logger %s that are made in it, also in the next capture', (_, make) => {
      const held = make();
      const logs = capture();
      const child = held.child({ id: 1 });
      child.log({ n: 1 });
      child.child({ part: 'a' }).log({ n: 2 });
      expect(logs.records).toEqual([
        { n: 1, id: 1 },
        { n: 2, id: 1, part: 'a' },
      ]);
      logs.restore();
      child.log({ n: 3 });
      const next = capture();
      child.log({ n: 4 });
      expect(next.records).toEqual([{ n: 4, id: 1 }]);
      expect(logs.records).toHaveLength(2);
    });

    it('of a logger that is on, made before', () => {
      vi.stubEnv('REMOTE_LOGGER_URL', SOMEWHERE);
      const child = getRemoteLogger().child({ id: 1 });
      const logs = capture();
      child.log({ n: 1 });
      expect(logs.records).toEqual([{ n: 1, id: 1 }]);
    });

    it('of a logger that is off, made before, without their fields: they are that logger', () => {
      const child = getRemoteLogger().child({ id: 1 });
      const logs = capture();
      child.log({ n: 1 });
      expect(logs.records).toEqual([{ n: 1 }]);
    });
  });

  it('takes the place of a logger of another making', () => {
    const logged: unknown[] = [];
    const { stats, flush, shutdown } = createRemoteLogger({ url: '' });
    const own: RemoteLogger = Object.freeze({
      enabled: true,
      log: (data: unknown) => void logged.push(data),
      child: () => own,
      stats,
      flush,
      shutdown,
      async [Symbol.asyncDispose]() {},
    });
    setRemoteLogger(own);
    const logs = capture();
    getRemoteLogger().log({ n: 1 });
    expect([logs.records, logged]).toEqual([[{ n: 1 }], []]);
    logs.restore();
    expect(getRemoteLogger()).toBe(own);
  });

  it('captures no other logger that is off', () => {
    const other = createRemoteLogger({ url: '' });
    const logs = capture();
    other.log({ n: 1 });
    expect(logs.records).toEqual([]);
  });

  it('refuses a wrong option, and leaves the logger alone', () => {
    expect(() => capture({ urll: '' } as never)).toThrow(TypeError);
    expect(() => capture({ concurrency: 0 })).toThrow(
      'option "concurrency" must be an integer of at least 1, got 0',
    );
    expect(getRemoteLogger().enabled).toBe(false);
  });

  it('works while a test has faked the clock', () => {
    vi.useFakeTimers();
    const logs = capture();
    getRemoteLogger().log({ n: 1 });
    expect(logs.records).toEqual([{ n: 1 }]);
  });
});
