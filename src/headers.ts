import type { Headers } from './options.js';

/** RFC 9110: the characters of a field name. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** No control characters but tab, and nothing that Latin-1 can't carry. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this keeps out
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What is wrong with headers, without their values, which can be secrets; `undefined` if nothing is. */
export function faultOfHeaders(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    return 'must be an object of header names and values';
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name)) return `must have valid header names, got ${JSON.stringify(name)}`;
    if (typeof value !== 'string' || !VALUE.test(value)) {
      return `must have header values that are strings without control characters, which the one of ${JSON.stringify(name)} is not`;
    }
  }
  return undefined;
}

/** Later headers win; names are compared without case, as HTTP does. */
export function mergeHeaders(...layers: readonly Headers[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) merged[name.toLowerCase()] = value;
  }
  return merged;
}

/**
 * Reads `key=value,key=value` with percent-encoding, the form of `OTEL_EXPORTER_OTLP_HEADERS`.
 * Also says how many of the pairs made no sense; what they said stays out of it, as it can be a secret.
 */
export function parseHeaderList(text: string): { readonly headers: Headers; readonly faults: number } {
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

/** Percent-decoding that takes a stray percent sign as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
