const { logs } = require('@opentelemetry/api-logs');
const { registerRemoteLogging } = require('otel-remote-logger');

test('what is logged through OpenTelemetry arrives', async () => {
  const early = logs.getLogger('early');
  const logging = await registerRemoteLogging();
  early.emit({ body: 'registers' });
  const { delivered } = await logging.shutdown();
  expect(delivered).toBe(process.env.REMOTE_LOGGER_URL === undefined ? 0 : 1);
});
