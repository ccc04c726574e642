/** Runs the chat service: `REMOTE_LOGGER_URL=http://… PORT=8000 node examples/chat-service/main.js` */

import { getRemoteLogger } from 'otel-remote-logger';
import { startChatService } from './server.js';

const { PORT = '8000', HOST = '127.0.0.1' } = process.env;

const service = await startChatService({ port: Number(PORT), host: HOST });
console.log(`The chat service listens on ${service.url}.`);
if (!getRemoteLogger().enabled) console.log('REMOTE_LOGGER_URL is not set, so nothing is logged.');

// Once: a second signal ends the process at once, as if nobody listened.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);

async function stop() {
  console.log('Closing: requests under way may end, and their records are delivered.');
  console.log(await service.close());
}
