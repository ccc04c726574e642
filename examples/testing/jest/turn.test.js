const { createRemoteLogger } = require('otel-remote-logger');
const { captureRemoteLogs, createTestReceiver } = require('otel-remote-logger/testing');
const { finishTurn } = require('./turn.js');

const TURN = { type: 'turn', model: 'vicuna-13b', usage: '{"tokens":256}' };
let logs;

beforeEach(() => {
  logs = captureRemoteLogs();
});
afterEach(() => {
  logs.restore();
  jest.useRealTimers();
});

test('a turn is logged as it would arrive', () => {
  finishTurn('vicuna-13b', 256);
  expect(logs.records).toEqual([TURN]);
});

test.each([{}, { legacyFakeTimers: true }])('also under fake timers: %j', (options) => {
  jest.useFakeTimers(options);
  finishTurn('vicuna-13b', 256);
  expect(logs.records).toEqual([TURN]);
});

test('an endpoint that is busy at first gets each record once, also under fake timers', async () => {
  jest.useFakeTimers();
  const receiver = await createTestReceiver();
  receiver.respond([503]);
  const logger = createRemoteLogger({ url: receiver.url, retry: { initialDelayMillis: 1 } });
  logger.log({ id: 1 });
  expect(await receiver.received(1)).toEqual([{ id: 1 }]);
  expect(receiver.requests).toHaveLength(2);
  await logger.shutdown();
  await receiver.close();
});
