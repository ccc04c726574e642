import { redactUrl } from '../runtime/redact.js';
import type { DeliveryConfig } from './config.js';

/** The settings in a line, for whoever debugs. Of headers, it has only the names. */
export function summaryOf(config: DeliveryConfig): string {
  const { endpoint, headers, format, compression, timeoutMillis } = config;
  const { concurrency, metadata, thread, retry, spool } = config;
  const names = typeof headers === 'function' ? 'from a function' : Object.keys(headers).join(', ') || 'none';
  return (
    `POST ${redactUrl(endpoint.url.href)} as ${format}, compression ${compression}, headers ${names}, ` +
    `timeoutMillis ${timeoutMillis}, concurrency ${concurrency}, metadata ${metadata}, thread ${thread}, ` +
    `retry ${JSON.stringify(retry)}${spool === undefined ? '' : `, spool ${JSON.stringify(spool)}`}`
  );
}
