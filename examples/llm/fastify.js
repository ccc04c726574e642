/** Fastify: each record carries the id of its request. `REMOTE_LOGGER_URL=http://127.0.0.1:8088 node fastify.js` */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import fastify from 'fastify';
import { getRemoteLogger } from 'otel-remote-logger';
import { chat, vote } from './turn.js';

const app = fastify({ requestIdHeader: 'x-request-id', genReqId: () => randomUUID() });

app.decorateRequest('records', null);
app.addHook('onRequest', async (request) => {
  request.records = getRemoteLogger().child({ request_id: request.id });
});

app.post('/chat', (request, reply) => {
  reply.header('content-type', 'text/event-stream').header('x-request-id', request.id);
  return reply.send(Readable.from(events(chat(request.records, request.body))));
});
app.post('/vote', async (request) => {
  vote(request.records, request.body);
  return { ok: true };
});

/** A client that goes away ends the chunks, and so the turn: it is logged with what there was. */
async function* events(chunks) {
  for await (const chunk of chunks) yield `data: ${JSON.stringify(chunk)}\n\n`;
}

console.log(`url: ${await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' })}`);
process.once('SIGTERM', async () => {
  await app.close();
  await getRemoteLogger().shutdown();
});
