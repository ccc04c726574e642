import { isUtf8 } from 'node:buffer';
import { BadBody } from './bad-body.js';
import { JsonScanner } from './json-scanner.js';

const [COMMA, OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN_OBJECT] = [0x2c, 0x5b, 0x5c, 0x5d, 0x7b];
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** A record in a body. */
export interface FoundRecord {
  /** Where its text begins and ends, in bytes. */
  readonly start: number;
  readonly end: number;
  readonly isEmpty: boolean;
  /** Whether there is an end of line between its tokens. */
  readonly hasNewline: boolean;
  /** Where something begins that strict parsers refuse. See `JsonScanner`. */
  readonly refused: readonly number[];
  /** Which of the names of a field that is added are taken. */
  readonly taken: readonly string[];
}

/** Of one POST. */
const MOST_RECORDS = 100_000;

/**
 * The records of a body, whatever its content type says: one object, or many with white space between them, or one array of objects.
 * Throws a `BadBody` where it is anything else.
 */
export function findRecords(body: Buffer, names: readonly string[]): FoundRecord[] {
  if (!isUtf8(body)) throw new BadBody('the body is no UTF-8', firstOfOtherEncoding(body));
  const scanner = new JsonScanner(body);
  if (body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) scanner.at = BYTE_ORDER_MARK.length;
  scanner.skipSpace();
  if (scanner.isAtEnd) throw new BadBody('the body is empty', 0);
  return scanner.byte === OPEN_ARRAY ? ofArray(scanner, names) : ofSequence(scanner, names);
}

function ofSequence(scanner: JsonScanner, names: readonly string[]): FoundRecord[] {
  const records: FoundRecord[] = [];
  while (!scanner.isAtEnd) {
    add(records, scanner, names);
    scanner.skipSpace();
  }
  return records;
}

function ofArray(scanner: JsonScanner, names: readonly string[]): FoundRecord[] {
  const records: FoundRecord[] = [];
  scanner.at++;
  scanner.skipSpace();
  while (scanner.byte !== CLOSE_ARRAY || records.length > 0) {
    add(records, scanner, names);
    scanner.skipSpace();
    if (scanner.byte === CLOSE_ARRAY) break;
    if (scanner.byte !== COMMA) scanner.fail('a comma or ] is missing');
    scanner.at++;
    scanner.skipSpace();
  }
  scanner.at++;
  scanner.skipSpace();
  if (!scanner.isAtEnd) scanner.fail('something stands behind the array');
  return records;
}

function add(records: FoundRecord[], scanner: JsonScanner, names: readonly string[]): void {
  if (scanner.byte !== OPEN_OBJECT) scanner.fail('a record must be a JSON object');
  if (records.length === MOST_RECORDS)
    throw new BadBody(`there are more than ${MOST_RECORDS} records`, scanner.at, 413);
  const start = scanner.at;
  const taken: string[] = [];
  let isEmpty = true;
  scanner.hasNewline = false;
  scanner.refused = [];
  scanner.readObject((from, to) => {
    isEmpty = false;
    const name = nameAt(scanner.bytes, from, to, names);
    if (name !== undefined) taken.push(name);
  });
  const { hasNewline, refused, at: end } = scanner;
  records.push({ start, end, isEmpty, hasNewline, refused, taken });
}

/** Most that a name of so many characters takes, with its quotes: each of them as an escape. */
const mostBytesOf = (name: string): number => 6 * name.length + 2;

function nameAt(bytes: Buffer, from: number, to: number, names: readonly string[]): string | undefined {
  return names.find((name) => {
    const length = to - from;
    if (length < name.length + 2 || length > mostBytesOf(name)) return false;
    if (length > name.length + 2 && !hasEscape(bytes, from, to)) return false;
    return JSON.parse(bytes.toString('utf8', from, to)) === name;
  });
}

/** With one, a name takes more bytes than it has characters. */
function hasEscape(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** Where the first byte is that is no UTF-8: what is read and written again differs there. */
function firstOfOtherEncoding(body: Buffer): number {
  const again = Buffer.from(body.toString('utf8'));
  let at = 0;
  while (at < body.length && body[at] === again[at]) at++;
  return at;
}
