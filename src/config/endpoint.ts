import { decode } from './headers.js';

/** Where to POST. The URL holds no credentials: they have become a header, which appears in no message. */
export interface Endpoint {
  readonly url: URL;
  readonly authorization?: string;
}

export const URL_RULE = 'be an absolute http: or https: URL';
/** A host must be written out: `new URL()` would take "http:example.com" as well. */
const BEGINNING = /^https?:\/\/[^/\\\s]/i;

/** Reads an endpoint, `undefined` if the rule is broken. */
export function parseEndpoint(value: unknown): Endpoint | undefined {
  if (typeof value !== 'string' && !(value instanceof URL)) return undefined;
  const text = String(value).trim();
  if (!BEGINNING.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (username === '' && password === '') return { url };
  const credentials = Buffer.from(`${decode(username)}:${decode(password)}`, 'utf8').toString('base64');
  return { url, authorization: `Basic ${credentials}` };
}

/** OTLP receivers answer 200 to a flat JSON object and lose it. */
export const isOtlpPath = (url: URL): boolean => /\/v1\/logs\/?$/.test(url.pathname);
