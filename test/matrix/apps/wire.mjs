/** The wire suite without a test runner, for Bun and Deno. Argument: the file of cases. Ends with `wire: N of N equal`. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRemoteLogger } from 'otel-remote-logger';

const cases = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const requests = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  requests.push({ type: request.headers['content-type'], body });
  response.writeHead(204).end();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const logger = createRemoteLogger({ url: `http://127.0.0.1:${server.address().port}/` });

const canonical = (value) => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)}}`;
};
/** Where the input held an object or a list, the string is JSON again. */
const meaningOf = (body, input) =>
  canonical(
    Object.entries(JSON.parse(body))
      .map(([key, value]) => {
        const nested = Object.hasOwn(input, key) && typeof input[key] === 'object' && input[key] !== null;
        return [key, nested ? canonical(JSON.parse(value)) : value];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

let equal = 0;
for (const { name, input, contentType, body } of cases) {
  logger.log(input);
  await logger.flush();
  const [request] = requests.splice(0);
  if (request?.type === contentType && meaningOf(request.body, input) === meaningOf(body, input)) equal++;
  else console.log(`differs: ${name}: ${request?.body}`);
}
const { accepted, delivered } = await logger.shutdown();
server.closeAllConnections?.();
server.close();
console.log(`wire: ${equal} of ${cases.length} equal, ${delivered} of ${accepted} delivered`);
process.exit(equal === cases.length && delivered === accepted ? 0 : 1);
