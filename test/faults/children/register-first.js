/** Registers and logs through the global in the same turn of the event loop. Argument: `require` or `import`. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { logs } = require('@opentelemetry/api-logs');
if (JSON.parse(process.argv[2] ?? '') === 'require') require('otel-remote-logger/register');
else await import('otel-remote-logger/register');
logs.getLogger('application').emit({ body: 'the second line' });
