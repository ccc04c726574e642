import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadBody, placeOf } from '../body/bad-body.js';
import { findRecords } from '../body/find-records.js';
import { ADDED_NAMES, type Lines, linesOf, mostBytesOf } from '../body/stored-lines.js';
import type { FileStore } from '../store/file-store.js';
import { StoreUnavailable } from '../store/group-writer.js';
import { answerJson, RETRY_LATER, Refusal } from './answer.js';
import { readBody } from './read-body.js';
import { Room, type Share } from './room.js';

/** Of bodies, inflated, and of the lines that are made of them. */
const MOST_BYTES_AT_A_TIME = 256 * 1024 * 1024;
/** A body, as it came, is put together, and then its lines are made: with three times its size, others have room beside the largest. */
const LARGEST_BODIES = 3;
/** Of the windows of Brotli decoders, beside those. */
const MOST_WINDOW_BYTES = 128 * 1024 * 1024;

/** Takes the records of a POST, all of them or none. */
export class Ingest {
  readonly #room: Room;
  readonly #windows = new Room(MOST_WINDOW_BYTES);

  constructor(
    private readonly store: Pick<FileStore, 'append'>,
    private readonly maxBodyBytes: number,
    private readonly wallNow: () => number,
  ) {
    this.#room = new Room(Math.max(MOST_BYTES_AT_A_TIME, LARGEST_BODIES * maxBodyBytes));
  }

  /** Answers when the records are on the disk. Throws a `Refusal`. */
  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkContentType(request.headers['content-type']);
    const share = this.#room.share();
    try {
      const lines = await this.#read(request, share);
      const isRepeated = await this.#keep(lines, request.headers['idempotency-key']);
      answerJson(response, 200, answerFor(lines, isRepeated));
    } finally {
      share.giveBack();
    }
  }

  /** What it leaves in the share is the lines alone. */
  async #read(request: IncomingMessage, share: Share): Promise<Lines> {
    const body = await readBody(request, this.maxBodyBytes, share, this.#windows.share());
    const lines = linesIn(body, this.wallNow(), share);
    share.giveBack(body.length);
    return lines;
  }

  /** Says whether they were kept before. */
  async #keep(lines: Lines, given: string | readonly string[] | undefined): Promise<boolean> {
    if (lines.count === 0) return false;
    const key = given === '' ? undefined : given?.toString();
    try {
      const stored = await this.store.append(lines, key);
      if (stored === 'reused')
        throw new Refusal(422, 'other records came with the same Idempotency-Key; these are not stored');
      return stored === 'repeated';
    } catch (error) {
      if (error instanceof StoreUnavailable) throw new Refusal(503, error.message, {}, RETRY_LATER);
      throw error;
    }
  }
}

const answerFor = ({ count, nonFinite }: Lines, isRepeated: boolean): object => ({
  records: count,
  ...(nonFinite > 0 ? { nonFinite } : {}),
  ...(isRepeated ? { repeated: true } : {}),
});

/** The body tells what it is, whatever its type, but for those that are certainly something else. */
function checkContentType(type = ''): void {
  if (/^(application\/(x-)?protobuf|multipart\/)/i.test(type))
    throw new Refusal(415, `records are sent as JSON or NDJSON, not as ${type}`);
  const [, charset = 'utf-8'] = /;\s*charset="?([^";]+)/i.exec(type) ?? [];
  if (!/^(utf-?8|us-ascii)$/i.test(charset.trim()))
    throw new Refusal(415, `records are sent in UTF-8, not in ${charset}`);
}

function linesIn(body: Buffer, now: number, share: Share): Lines {
  try {
    const records = findRecords(body, ADDED_NAMES);
    share.take(mostBytesOf(records));
    return linesOf(body, records, new Date(now).toISOString());
  } catch (error) {
    if (!(error instanceof BadBody)) throw error;
    throw new Refusal(error.status, error.message, { ...placeOf(body, error.at) });
  }
}
