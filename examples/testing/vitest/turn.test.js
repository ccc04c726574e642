import { createRemoteLogger } from 'otel-remote-logger';
import { captureRemoteLogs, createTestReceiver } from 'otel-remote-logger/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { finishTurn } from './turn.js';

const TURN = { type: 'turn', model: 'vicuna-13b', usage: '{"tokens":256}' };
let logs;

beforeEach(() => {
  logs = captureRemoteLogs();
});
afterEach(() => {
  logs.restore();
  vi.useRealTimers();
});

test('a turn is logged as it would arrive', () => {
  finishTurn('vicuna-13b', 256);
  expect(logs.records).toEqual([TURN]);
});

test('also under fake timers', () => {
  vi.useFakeTimers();
  finishTurn('vicuna-13b', 256);
  expect(logs.records).toEqual([TURN]);
});

test('an endpoint that is busy at first gets each record once, also under fake timers', async () => {
  vi.useFakeTimers();
  const receiver = await createTestReceiver();
  receiver.respond([503]);
  const logger = createRemoteLogger({ url: receiver.url, retry: { initialDelayMillis: 1 } });
  logger.log({ id: 1 });
  expect(await receiver.received(1)).toEqual([{ id: 1 }]);
  expect(receiver.requests).toHaveLength(2);
  await logger.shutdown();
  await receiver.close();
});
