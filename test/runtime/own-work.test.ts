import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteLogger, type RemoteLogger, RemoteLogRecordExporter } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { Receiver } from '../support/receiver.js';

describe('the logger can not feed itself:', () => {
  afterEach(() => {
    diag.disable();
    context.disable();
    trace.disable();
  });

  it('a diag that is bridged to it', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(404);
    const logger = createRemoteLogger({ ...FAST, url: receiver.url });
    const said: string[] = [];
    const bridge = (message: string): void => {
      said.push(message);
      logger.log({ message });
    };
    diag.setLogger(
      { error: bridge, warn: bridge, info: bridge, debug: bridge, verbose: bridge },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
    for (let id = 0; id < 10; id++) logger.log({ id });
    const stats = await logger.flush();
    await logger.shutdown();
    expect(said.some((message) => message.includes('refused (HTTP 404)'))).toBe(true);
    // What the API and the SDK say while they are set up is the application's to log; what the logger says is not.
    const ownRecords = said.filter((message) => message.startsWith('otel-remote-logger:')).length;
    expect(stats.dropped).toEqual({ feedback: ownRecords });
    expect(receiver.requests).toHaveLength(stats.accepted);
    expect(stats.accepted).toBe(10 + said.length - ownRecords);
  });

  it('an onDrop that logs', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(404);
    const logger: RemoteLogger = createRemoteLogger({
      ...FAST,
      url: receiver.url,
      onDrop: (loss) => logger.log({ lost: loss.reason }),
    });
    logger.log({ a: 1 });
    expect(await logger.shutdown()).toMatchObject({
      accepted: 1,
      failed: { refused: 1 },
      dropped: { feedback: 1 },
    });
  });

  it('a listener for process warnings that logs', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(404);
    const logger = createRemoteLogger({ ...FAST, url: receiver.url });
    const warned = new Promise<void>((resolve) => {
      process.once('warning', ({ message }) => {
        logger.log({ message });
        resolve();
      });
    });
    logger.log({ a: 1 });
    await warned;
    expect(await logger.shutdown()).toMatchObject({ accepted: 1, dropped: { feedback: 1 } });
  });

  it('a headers function that logs', async () => {
    await using receiver = await Receiver.start();
    const logger: RemoteLogger = createRemoteLogger({
      ...FAST,
      url: receiver.url,
      headers: async () => {
        logger.log({ message: 'asked for headers' });
        return {};
      },
    });
    logger.log({ a: 1 });
    expect(await logger.shutdown()).toMatchObject({ accepted: 1, delivered: 1, dropped: { feedback: 1 } });
  });

  it('a log that is written where its requests are observed', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...FAST, url: receiver.url });
    const observe = (): void => logger.log({ message: 'a request was made' });
    subscribe('undici:request:create', observe);
    logger.log({ a: 1 });
    const stats = await logger.shutdown();
    unsubscribe('undici:request:create', observe);
    expect(stats).toMatchObject({ accepted: 1, delivered: 1, dropped: { feedback: 1 } });
  });

  it('a log that is written where answers are observed', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...FAST, url: receiver.url });
    const observe = (): void => logger.log({ message: 'an answer came' });
    subscribe('undici:request:trailers', observe);
    for (let round = 0; round < 3; round++) {
      logger.log({ round });
      await logger.flush(); // the later ones on the connection of the first
    }
    unsubscribe('undici:request:trailers', observe);
    expect(await logger.shutdown()).toMatchObject({ accepted: 3, delivered: 3, dropped: { feedback: 3 } });
  });

  it('but what somebody starts who hears of its POST is his own once the POST is done', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...FAST, concurrency: 1, url: receiver.url });
    let heard = 0;
    let resume = (): void => {};
    const resumed = new Promise<void>((resolve) => {
      resume = resolve;
    });
    let logged: Promise<void> | undefined;
    const hear = (): void => {
      // The tenth POST starts as the answer to the ninth comes.
      if (++heard === 10) logged = resumed.then(() => logger.log({ from: 'the application' }));
    };
    subscribe('undici:request:create', hear);
    try {
      for (let id = 0; id < 20; id++) logger.log({ id });
      await logger.flush();
      resume();
      await logged;
      expect(await logger.shutdown()).toEqual(allDelivered(21));
    } finally {
      unsubscribe('undici:request:create', hear);
    }
  });

  it('but what its work has started is no work of its own once that is done', async () => {
    await using receiver = await Receiver.start();
    let refresh: (() => void) | undefined;
    const refreshed = new Promise<void>((resolve) => {
      refresh = resolve;
    });
    let timer: NodeJS.Timeout | undefined;
    const logger: RemoteLogger = createRemoteLogger({
      ...FAST,
      url: receiver.url,
      headers: () => {
        timer ??= setInterval(() => {
          if (logger.stats().pending > 0) return;
          clearInterval(timer);
          logger.log({ message: 'token refreshed' });
          refresh?.();
        }, 1);
        return {};
      },
    });
    logger.log({ a: 1 });
    await refreshed;
    expect(await logger.shutdown()).toEqual(allDelivered(2));
  });

  it('its requests run with tracing suppressed', async () => {
    await using receiver = await Receiver.start();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const suppressed: boolean[] = [];
    const observe = (): void => void suppressed.push(isTracingSuppressed(context.active()));
    subscribe('undici:request:create', observe);
    const logger = createRemoteLogger({ ...FAST, url: receiver.url });
    for (let id = 0; id < 5; id++) logger.log({ id });
    await logger.shutdown();
    unsubscribe('undici:request:create', observe);
    expect(suppressed).toEqual(Array(5).fill(true));
    expect(isTracingSuppressed(context.active())).toBe(false);
  });

  it('nor do those of an exporter that no processor has suppressed', async () => {
    await using receiver = await Receiver.start();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const suppressed: boolean[] = [];
    const observe = (): void => void suppressed.push(isTracingSuppressed(context.active()));
    subscribe('undici:request:create', observe);
    const exporter = new RemoteLogRecordExporter({ url: receiver.url });
    const record = {
      body: 'text',
      attributes: {},
      resource: resourceFromAttributes({}),
      instrumentationScope: { name: 's' },
      droppedAttributesCount: 0,
    };
    await new Promise((resolve) =>
      exporter.export([{ ...record, hrTime: [1, 0], hrTimeObserved: [1, 0] }], resolve),
    );
    await exporter.shutdown();
    unsubscribe('undici:request:create', observe);
    expect(suppressed).toEqual([true]);
  });

  it('and the application’s own logs go on while it sends', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, batch: { scheduledDelayMillis: 0 } });
    receiver.otherwise((_, response) => {
      // The receiver is in this process: its handler is no part of the logger's work.
      if (receiver.requests.length < 10) logger.log({ n: receiver.requests.length });
      response.writeHead(204).end();
    });
    logger.log({ n: 0 });
    await receiver.received(10);
    expect(await logger.shutdown()).toMatchObject({ accepted: 10, delivered: 10, dropped: {} });
  });
});
