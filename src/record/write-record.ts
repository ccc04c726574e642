import type { CopiedFields } from './copied.js';

const codeOf = (character: string): number => character.charCodeAt(0);
const QUOTE = codeOf('"');
const BACKSLASH = codeOf('\\');
const COMMA = codeOf(',');
const COLON = codeOf(':');

/** How each ASCII character stands in a JSON string, and in one within a JSON string. */
const escapesOf = (text: string): string => JSON.stringify(text).slice(1, -1);
const ESCAPES = Array.from({ length: 0x80 }, (_, code) => escapesOf(String.fromCharCode(code)));
const NESTED_ESCAPES = ESCAPES.map(escapesOf);

const NOTHING = {};
/** Thrown where a record can't be written here. */
const NOT_HERE = new Error('not here');

/**
 * Writes the JSON text of a record into memory, from `start` on, and says how many bytes it has. Most records are short: so they cost
 * neither strings nor calls of the engine. Gives -1 where it can't: there is no room, no stack, or a text is not well-formed.
 */
export function writeRecord(record: CopiedFields, bytes: Buffer, start: number): number {
  for (const _ in NOTHING) return -1; // somebody has given all objects a field
  try {
    const end = writeFields(record, bytes, start, false);
    // What was written beyond the memory went nowhere. A byte is left for what separates records.
    return end < bytes.length ? end - start : -1;
  } catch {
    return -1;
  }
}

/** Gives where the text ends, as all below. `isNested` says that it is part of a JSON string. A copy has no fields but its own. */
function writeFields(fields: CopiedFields, bytes: Buffer, start: number, isNested: boolean): number {
  let at = start;
  bytes[at++] = codeOf('{');
  let isFirst = true;
  for (const key in fields) {
    const value = fields[key];
    if (value === undefined) continue;
    if (!isFirst) bytes[at++] = COMMA;
    isFirst = false;
    at = writeText(key, bytes, at, isNested);
    bytes[at++] = COLON;
    at = isNested ? writeNested(value, bytes, at) : writeField(value, bytes, at);
  }
  bytes[at++] = codeOf('}');
  return at;
}

function writeField(value: unknown, bytes: Buffer, start: number): number {
  if (typeof value !== 'object' || value === null) return writeScalar(value, bytes, start, false);
  let at = start;
  bytes[at++] = QUOTE;
  at = writeNested(value, bytes, at);
  bytes[at++] = QUOTE;
  return at;
}

function writeNested(value: unknown, bytes: Buffer, start: number): number {
  if (typeof value !== 'object' || value === null) return writeScalar(value, bytes, start, true);
  return Array.isArray(value)
    ? writeItems(value, bytes, start)
    : writeFields(value as CopiedFields, bytes, start, true);
}

function writeItems(items: readonly unknown[], bytes: Buffer, start: number): number {
  let at = start;
  bytes[at++] = codeOf('[');
  for (let index = 0; index < items.length; index++) {
    if (index > 0) bytes[at++] = COMMA;
    at = writeNested(items[index], bytes, at);
  }
  bytes[at++] = codeOf(']');
  return at;
}

function writeScalar(value: unknown, bytes: Buffer, start: number, isNested: boolean): number {
  if (typeof value === 'string') return writeText(value, bytes, start, isNested);
  const text = typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);
  return writeAscii(text, bytes, start);
}

function writeAscii(text: string, bytes: Buffer, start: number): number {
  let at = start;
  for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
  return at;
}

function writeText(text: string, bytes: Buffer, start: number, isNested: boolean): number {
  const { length } = text;
  if (start + length > bytes.length) throw NOT_HERE;
  const escapes = isNested ? NESTED_ESCAPES : ESCAPES;
  let at = writeQuote(bytes, start, isNested);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) {
      const point = text.codePointAt(index) as number;
      at = writePoint(point, bytes, at);
      if (point > 0xffff) index++;
    } else if (code < 0x20 || code === QUOTE || code === BACKSLASH)
      at = writeAscii(escapes[code] as string, bytes, at);
    else bytes[at++] = code;
  }
  return writeQuote(bytes, at, isNested);
}

function writeQuote(bytes: Buffer, start: number, isNested: boolean): number {
  let at = start;
  if (isNested) bytes[at++] = BACKSLASH;
  bytes[at++] = QUOTE;
  return at;
}

/** A character beyond ASCII, in UTF-8. */
function writePoint(point: number, bytes: Buffer, start: number): number {
  if (point >= 0xd800 && point < 0xe000) throw NOT_HERE; // half of a character
  let at = start;
  if (point < 0x800) bytes[at++] = 0xc0 | (point >> 6);
  else {
    if (point < 0x10000) bytes[at++] = 0xe0 | (point >> 12);
    else {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
    }
    bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
  }
  bytes[at++] = 0x80 | (point & 0x3f);
  return at;
}
