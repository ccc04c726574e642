import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { createRemoteLogger } from 'otel-remote-logger';
import { captureRemoteLogs, createTestReceiver } from 'otel-remote-logger/testing';
import { finishTurn } from './turn.js';

const TURN = { type: 'turn', model: 'vicuna-13b', usage: '{"tokens":256}' };
let logs;

beforeEach(() => {
  logs = captureRemoteLogs();
});
afterEach(() => {
  logs.restore();
  mock.timers.reset();
});

test('a turn is logged as it would arrive', () => {
  finishTurn('vicuna-13b', 256);
  assert.deepEqual(logs.records, [TURN]);
});

test('also under fake timers', () => {
  mock.timers.enable();
  finishTurn('vicuna-13b', 256);
  assert.deepEqual(logs.records, [TURN]);
});

test('an endpoint that is busy at first gets each record once, also under fake timers', async () => {
  mock.timers.enable();
  const receiver = await createTestReceiver();
  receiver.respond([503]);
  const logger = createRemoteLogger({ url: receiver.url, retry: { initialDelayMillis: 1 } });
  logger.log({ id: 1 });
  assert.deepEqual(await receiver.received(1), [{ id: 1 }]);
  assert.equal(receiver.requests.length, 2);
  await logger.shutdown();
  await receiver.close();
});
