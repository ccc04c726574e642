/** Logs a record of 50 MB between small ones. Arguments: options, the giant's shape. */
import { createRemoteLogger } from 'otel-remote-logger';

const SIZE = 50_000_000;
const [options, shape] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const shared = { text: 'x'.repeat(500) };

/** @type {Record<string, () => object | string>} */
const giants = {
  'one string': () => ({ text: 'x'.repeat(SIZE) }),
  'a bare string': () => 'x'.repeat(SIZE),
  'a nested string': () => ({ a: { b: ['x'.repeat(SIZE)] } }),
  'a buffer': () => ({ bytes: Buffer.alloc(SIZE) }),
  'many fields': () =>
    Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`f${index}`, shared])),
  'a long list': () => ({ list: Array(100_000).fill(shared) }),
  'what toJSON returns': () => ({ toJSON: () => ({ text: 'x'.repeat(SIZE) }) }),
};
const logger = createRemoteLogger(options);
for (let id = 0; id < 10; id++) {
  logger.log({ id });
  const giant = giants[shape]?.();
  if (giant !== undefined) logger.log(giant);
}
console.log(JSON.stringify(await logger.shutdown({ timeoutMillis: 30_000 })));
