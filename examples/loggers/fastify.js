/** Fastify logs with pino: `REMOTE_LOGGER_URL=http://127.0.0.1:9000/logs node fastify.js` */
import fastify from 'fastify';

const app = fastify({ logger: { transport: { target: 'otel-remote-logger/pino' } } });
app.get('/chat', async (request) => {
  request.log.info({ model: 'vicuna-13b', usage: { tokens: 256 } }, 'turn finished');
  return { answer: 'Hello!' };
});
console.log(`url: ${await app.listen({ port: Number(process.env.PORT ?? 8000), host: '127.0.0.1' })}`);
process.once('SIGTERM', async () => {
  await app.close();
  process.exit();
});
