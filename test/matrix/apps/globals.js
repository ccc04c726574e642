/** Logs one line to each global, and on SDK 3 to that of the API's other copy: its ES module and its CommonJS are two. */
import { createRequire } from 'node:module';
import * as api from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';

const copies = {
  'api-logs': logs,
  api: Reflect.get(api, 'logs'),
  'api by require': createRequire(import.meta.url)('@opentelemetry/api').logs,
};
for (const [body, copy] of Object.entries(copies)) {
  copy?.getLogger('app').emit({
    body,
    severityText: 'INFO',
    severityNumber: 9,
    attributes: { model: 'vicuna-13b', usage: { tokens: 256 } },
  });
}
