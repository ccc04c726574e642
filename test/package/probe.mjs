// Run in a process of its own, where nothing but this has loaded a module or started anything: uses the built
// package as the environment says, and prints what that left behind. Argument: `import` or `require`.
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const { cache } = require;
const PACKAGES = ['@opentelemetry/api', '@opentelemetry/core', '@opentelemetry/sdk-logs', 'undici'];

const listeners = () =>
  Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
/** Timers, sockets and whatever else is open; what a finished import leaves for a moment goes with a turn. */
const resources = async () => {
  await nextTurn();
  return process.getActiveResourcesInfo().sort();
};
const loaded = () =>
  PACKAGES.filter((name) => Object.keys(cache).some((path) => path.includes(`/node_modules/${name}/`)));

const before = { listeners: listeners(), resources: await resources() };
const { getRemoteLogger, RemoteLogRecordExporter } =
  process.argv[2] === 'require' ? require('otel-remote-logger') : await import('otel-remote-logger');
const logger = getRemoteLogger();
logger.log({ a: 1 });
const stats = await logger.flush();
new RemoteLogRecordExporter().export([], () => {});
const after = { listeners: listeners(), resources: await resources() };

console.log(JSON.stringify({ enabled: logger.enabled, stats, loaded: loaded(), before, after }));
