// Run in a process of its own: prints which files are loaded after the first record was sent for the first time. Argument: a URL
// that answers.
import { createRequire } from 'node:module';
import { createRemoteLogger } from 'otel-remote-logger';

const { cache } = createRequire(import.meta.url);
const NOBODY = 'http://127.0.0.1:9/';

const early = createRemoteLogger({ url: NOBODY, retry: { maxElapsedMillis: 0 } });
early.log({ a: 1 });
await early.flush(); // no connection has opened so far
const then = new Set(Object.keys(cache));
const logger = createRemoteLogger({ url: process.argv[2] });
logger.log({ a: 1 });
const { delivered } = await logger.shutdown();
const late = Object.keys(cache).filter((path) => !then.has(path));
console.log(JSON.stringify({ delivered, late }));
