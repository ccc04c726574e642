import type { StoredRecord } from '../receiver/record-store.js';

/** A record with this many characters goes to the page as it is. */
const MOST_UNCUT = 4096;
const MOST_IN_FIELD = 1024;
const MOST_FIELDS = 200;
const MOST_IN_ALL = 16_384;
const MOST_CONVERSATIONS = 10;

/** The JSON text of a `StreamItem` (browser/live/stream-item.ts), in one line; `undefined` where the line is no JSON object, as after damage to a file. */
export function itemText({ file, offset, line }: StoredRecord): string | undefined {
  const record = parsed(line);
  if (record === undefined) return undefined;
  const head = `{"file":${JSON.stringify(file)},"offset":${offset}${conversationsIn(line)}`;
  // Outside of strings, where it means nothing in JSON, it would end a line of the stream.
  if (line.length <= MOST_UNCUT) return `${head},"record":${line.replaceAll('\r', ' ')}}`;
  return `${head},${cutText(record)}}`;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** As texts, not as objects: a field can be named `__proto__`. */
function cutText(record: Readonly<Record<string, unknown>>): string {
  const fields: string[] = [];
  const cut: string[] = [];
  const entries = Object.entries(record);
  let length = 0;
  for (const [key, value] of entries) {
    const name = JSON.stringify(key);
    const text = textOf(value);
    const json = text.length <= MOST_IN_FIELD ? text : JSON.stringify(beginningOf(value, text));
    length += name.length + json.length;
    if (fields.length === MOST_FIELDS || length > MOST_IN_ALL) break;
    fields.push(`${name}:${json}`);
    if (json !== text) cut.push(`[${name},${typeof value === 'string' ? value.length : text.length}]`);
  }
  const left = entries.length - fields.length;
  return `"record":{${fields}},"cut":[${cut}],"left":${left}`;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '"[nested too deep to show]"';
  }
}

/** Not in the middle of a character of two code units. */
function beginningOf(value: unknown, text: string): string {
  const whole = typeof value === 'string' ? value : text;
  return whole.slice(0, MOST_IN_FIELD).replace(/[\ud800-\udbff]$/, '');
}

/** In whatever depth, as text in text or not, and in what is cut, too. */
function conversationsIn(line: string): string {
  const ids = new Set<string>();
  for (const [, id] of line.matchAll(/\bconv_id\\*"\s*:\s*\\*"([\w.:-]{1,128})\\*"/g)) {
    if (id !== undefined) ids.add(id);
    if (ids.size === MOST_CONVERSATIONS) break;
  }
  return ids.size === 0 ? '' : `,"conversations":${JSON.stringify([...ids])}`;
}
