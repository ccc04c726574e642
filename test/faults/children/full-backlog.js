/** Answers every POST to a port. While it is stopped, two connections or so wait for it, and no more. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end());
});
server.listen({ port: JSON.parse(process.argv[2] ?? '0'), host: '127.0.0.1', backlog: 1 }, () => {
  console.log('listening');
});
