import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { ReceivedRecord } from './answers.js';

/** The records of a body in any format and compression of this package; `undefined` where it is none of them. */
export function recordsOf(headers: IncomingHttpHeaders, body: Buffer): ReceivedRecord[] | undefined {
  try {
    const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    const isLines = headers['content-type']?.startsWith('application/x-ndjson') === true;
    const values: unknown[] = isLines
      ? text.split('\n').map((line) => JSON.parse(line))
      : [JSON.parse(text)].flat();
    return values.every(isRecord) ? values : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is ReceivedRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
