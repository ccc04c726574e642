import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Redaction } from '../redact/redaction.js';
import type { FlatDict } from '../types/json.js';
import type { Oversize } from '../types/options.js';
import type { Copied } from './copied.js';
import { Copying } from './copying.js';
import { encodeRecord } from './encode-record.js';
import { Entries, put } from './entries.js';
import {
  type Flattening,
  type FlattenRefusal,
  flattenWithin,
  freshDict,
  recordOf,
  refusalOf,
} from './flatten.js';
import { isWithin } from './is-within.js';
import { type ToFlatDictOptions, toFlatDictWithin } from './to-dict.js';

/** A record above so many limits is refused: it would take long to read. */
const MOST_LIMITS = 8;
/** For the metadata of a record, and for the brackets around many. */
const METADATA_BYTES = 4096;
const FRAME_BYTES = 16;
const MOST_TRIES = 8;
/** What is aimed at, as quotes and line breaks take more than a byte each, and each level of nesting doubles that. */
const SPARE = 0.95;
/** No text is cut that would not become shorter. */
const MARKER_LENGTH = 100;
const HASH_LENGTH = 32;

/** A text in a copy, and where it stands. */
interface Text {
  readonly holder: object;
  readonly key: string;
  readonly whole: string;
  hash?: string;
}

/** Flattens what is too large, too, where that is wanted: its longest texts are cut until it fits. Where it is not, nothing need be flat. */
export class Trimming<Dict extends FlatDict | Copied> {
  /** Whether the last record was trimmed. */
  wasNeeded = false;
  readonly flatten: Flattening<Dict>;

  constructor(
    { oversize }: { readonly oversize: Oversize },
    private readonly flattening: Flattening<Dict>,
    private readonly trimmed: Flattening<Dict>,
    /** Whether metadata is added later. */
    private readonly hasMetadata: boolean,
  ) {
    this.flatten = oversize === 'trim' ? this.#flattenOrTrim : flattening;
  }

  readonly #flattenOrTrim: Flattening<Dict> = (data, maxBytes, redaction) => {
    const dict = this.flattening(data, maxBytes, redaction);
    const most = without(this.hasMetadata ? METADATA_BYTES : FRAME_BYTES, maxBytes);
    this.wasNeeded = typeof dict === 'string' ? dict === 'too_large' : !isWithin(dict as FlatDict, most);
    return this.wasNeeded ? this.trimmed(data, most, redaction) : dict;
  };
}

const without = (bytes: number, all: number): number => all - Math.min(bytes, Math.floor(all / 4));

/** Flattens a log record of the SDK so: half of the room is for its body, half for its attributes. */
export const recordTrimmed = (
  record: ReadableLogRecord,
  options: ToFlatDictOptions,
  mostBytes: number,
  redaction: Redaction | undefined,
): FlatDict | FlattenRefusal => toFlatDictWithin(record, options, mostBytes, redaction, halfTrimmed);

const halfTrimmed: Flattening = (data, mostBytes, redaction) => {
  const half = Math.floor(without(METADATA_BYTES, mostBytes) / 2);
  const dict = flattenWithin(data, half, redaction);
  const fits = typeof dict === 'string' ? dict !== 'too_large' : isWithin(dict, half);
  return fits ? dict : flattenTrimmed(data, half, redaction);
};

/** Flattens data to a text of no more than so many bytes. */
export const flattenTrimmed: Flattening = (data, mostBytes, redaction) => {
  const copying = new Copying(mostBytes * MOST_LIMITS);
  try {
    const record = recordOf(data, copying, redaction);
    if (record === undefined) return 'invalid';
    const texts: Text[] = [];
    collect(record, texts);
    return cutToFit(() => freshDict(record, copying), texts, mostBytes);
  } catch (error) {
    return refusalOf(error);
  }
};

function cutToFit(flat: () => FlatDict, texts: readonly Text[], mostBytes: number): FlatDict | 'too_large' {
  const lengths = texts.map(({ whole }) => whole.length).sort((one, other) => one - other);
  let most = lengths.reduce((sum, length) => sum + length, 0);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const dict = flat();
    const bytes = Buffer.byteLength(encodeRecord(dict));
    if (bytes <= mostBytes) return dict;
    most *= (mostBytes / bytes) * SPARE;
    const longest = longestWithin(lengths, most);
    for (const text of texts) {
      if (text.whole.length > longest + MARKER_LENGTH) cut(text, longest);
    }
  }
  return 'too_large';
}

/** The length to which texts have to be cut, so that all together have no more than so many characters. */
function longestWithin(lengths: readonly number[], most: number): number {
  let left = most;
  for (const [index, length] of lengths.entries()) {
    const share = left / (lengths.length - index);
    if (length > share) return Math.floor(share);
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

function cut(text: Text, length: number): void {
  const { holder, key, whole } = text;
  // No half of a character.
  const kept = whole.slice(0, /[\ud800-\udbff]/.test(whole[length - 1] ?? '') ? length - 1 : length);
  text.hash ??= hashOf(whole);
  const gone = Buffer.byteLength(whole) - Buffer.byteLength(kept);
  put(holder, key, `${kept}[Trimmed: ${gone} bytes, sha256 ${text.hash}]`);
}

function hashOf(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/** All texts of a copy. */
function collect(copied: object, texts: Text[]): void {
  const holder = copied instanceof Entries ? copied.values : copied;
  for (const key of Object.keys(holder)) {
    const value = (holder as Record<string, unknown>)[key];
    if (typeof value === 'string') texts.push({ holder, key, whole: value });
    else if (typeof value === 'object' && value !== null) collect(value, texts);
  }
}
