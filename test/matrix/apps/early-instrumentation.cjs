/**
 * The OpenAI instrumentation makes its logger before anything is registered, in a copy of the API that npm may have nested in it.
 * Argument: `register`, or `bridge` for a NodeSDK of the application. Asks an OpenAI of its own, and says how many copies there are.
 */
const { createServer } = require('node:http');
const { OpenAIInstrumentation } = require('@opentelemetry/instrumentation-openai');
const { BatchLogRecordProcessor } = require('@opentelemetry/sdk-logs');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const {
  bridgeLoggerProviders,
  RemoteLogRecordExporter,
  registerRemoteLogging,
} = require('otel-remote-logger');

const instrumentation = new OpenAIInstrumentation({ captureMessageContent: true });

const ANSWER = {
  id: 'chat-1',
  object: 'chat.completion',
  model: 'gpt-4o',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello!' } }],
};

/** Says how to end it. */
function start() {
  if (process.argv[2] === 'register') {
    const logging = registerRemoteLogging();
    return async () => (await logging).shutdown();
  }
  const processor = new BatchLogRecordProcessor({ exporter: new RemoteLogRecordExporter() });
  const sdk = new NodeSDK({ instrumentations: [instrumentation], logRecordProcessors: [processor] });
  sdk.start();
  bridgeLoggerProviders();
  return () => sdk.shutdown();
}

const end = start();
const { OpenAI } = require('openai');
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(ANSWER));
});
server.listen(0, '127.0.0.1', async () => {
  const openai = new OpenAI({ baseURL: `http://127.0.0.1:${server.address().port}/v1`, apiKey: 'of-a-test' });
  await openai.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi!' }] });
  server.closeAllConnections();
  server.close();
  await end();
  const copies = Object.keys(require.cache).filter((path) =>
    /api-logs[\\/]build[\\/]src[\\/]index\.js$/.test(path),
  );
  console.log(copies.length);
});
