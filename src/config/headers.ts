import type { HeaderFields } from '../types/options.js';

/** RFC 9110: the characters of a field name. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NAME_START = /^[!#$%&'*+.^_`|~0-9A-Za-z-]*/;
/** Headers of a connection, or of the framing of a body. The HTTP client refuses a request that has one of them. */
const NOT_OURS = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);
/** No control characters but tab, and nothing that Latin-1 can't carry. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A copy of an application's headers. Each is read once, so that what is checked is what is sent. */
export const copyOf = (given: unknown): unknown => (isPlainObject(given) ? { ...given } : given);

/** What is wrong with headers, without their values, which can be secrets; `undefined` if nothing is. */
export function faultOfHeaders(headers: unknown): string | undefined {
  if (!isPlainObject(headers)) return 'must be a plain object of header names and values';
  for (const [name, value] of Object.entries(headers)) {
    // Somebody may have put a whole header line in the place of the name, with a secret in it: only the part that could be a name is shown.
    if (!NAME.test(name))
      return `must have valid header names, got one that begins with "${NAME_START.exec(name)?.[0]}"`;
    if (NOT_OURS.has(name.toLowerCase())) return `must not have the header "${name}", which HTTP itself sets`;
    if (typeof value !== 'string' || !VALUE.test(value)) {
      return `must have header values that are strings without control characters, which the one of ${JSON.stringify(name)} is not`;
    }
  }
  return undefined;
}

/** Later headers win; names are compared without case, as HTTP does. */
export function mergeHeaders(...layers: readonly HeaderFields[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) merged[name.toLowerCase()] = value;
  }
  return merged;
}

/**
 * Reads `key=value,key=value` with percent-encoding, the form of `OTEL_EXPORTER_OTLP_HEADERS`.
 * Also gives the number of pairs that make no sense, but not their text, which can be a secret.
 */
export function parseHeaderList(text: string): { readonly headers: HeaderFields; readonly faults: number } {
  const headers: Record<string, string> = {};
  let faults = 0;
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    // As in W3C baggage, properties after a semicolon are no part of the value.
    const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(pair) ?? [];
    const header = { [decode(name.trim()).toLowerCase()]: decode(value.trim()) };
    if (faultOfHeaders(header) === undefined) Object.assign(headers, header);
    else faults++;
  }
  return { headers, faults };
}

/** Percent-decoding. A percent sign that begins no escape stays as it is. */
export const decode = (text: string): string =>
  text.replace(/(%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Not compared with Object.prototype: each realm has its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
