/** Knows nothing of the package: prints which packages were loaded before it, then logs through the global and ends. */
import { createRequire } from 'node:module';

const { cache } = createRequire(import.meta.url);
const packages = ['@opentelemetry/api', '@opentelemetry/api-logs', '@opentelemetry/sdk-logs', 'undici'];
const loaded = packages.filter((name) =>
  Object.keys(cache).some((path) => path.includes(`/node_modules/${name}/`)),
);
console.log(JSON.stringify(loaded));
const { logs } = await import('@opentelemetry/api-logs');
for (let id = 0; id < 5; id++) logs.getLogger('application').emit({ body: 'hello', attributes: { id } });
