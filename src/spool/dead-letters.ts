import fs from 'node:fs';
import { join } from 'node:path';
import type { Chunk } from '../queue/chunk.js';
import type { Clock } from '../runtime/clock.js';
import { textOf } from '../runtime/foreign.js';
import { randomUuid } from '../runtime/uuid.js';
import { warn } from '../runtime/warnings.js';
import type { Refused } from '../types/send-result.js';
import { deadLetterFolder, noteLine } from './dead-letter-file.js';
import { type Files, writeAll } from './files.js';
import { lineOf } from './line.js';
import { headLine } from './segment-file.js';

/** So long nothing is kept once the folder is full. */
const FULL_MILLIS = 60_000;

/** A file is begun when the last one has so much: it is sent again as a segment, which is read as a whole. */
const FILE_BYTES = 1024 * 1024;

export interface DeadLetterSettings {
  readonly directory: string;
  /** Most bytes of all files of the folder. */
  readonly maxDeadLetterBytes: number;
  readonly format: string;
  /** Makes a prefix of keys that no other records have. */
  readonly newKeyPrefix: () => string;
}

/**
 * Keeps records that were given up, in files that are segments: a head, and a line a record, with a line before it that says why and
 * when. To send them again, a file becomes a segment of a life. So each file has keys of its own: an endpoint that has answered to a key may give
 * the same answer again.
 */
export class DeadLetters {
  readonly #folder: string;
  #path = '';
  /** Records in the file. */
  #count = 0;
  /** Of all other files in the folder, when this one was begun. */
  #otherBytes = 0;
  /** On the clock's `now()`. */
  #fullUntil = Number.NEGATIVE_INFINITY;
  readonly #told = new Set<string>();

  constructor(
    private readonly settings: DeadLetterSettings,
    private readonly clock: Pick<Clock, 'now' | 'wallNow'>,
    private readonly files: Files = fs,
    private readonly tell = (message: string): void => warn('REMOTE_LOGGER_SPOOL', message),
  ) {
    this.#folder = deadLetterFolder(settings.directory);
  }

  /** Keeps records of a chunk that are given up, if there is room. What a shutdown gives up is in no file, as no disk works. */
  keep(chunk: Chunk, from: number, to: number, why: Refused): void {
    if (why.reason === 'shutdown' || this.clock.now() < this.#fullUntil) return;
    try {
      const records = textsOf(chunk, from, to);
      if (records.length > 0) this.#keep(records, why);
    } catch (error) {
      this.#path = '';
      this.#tellOnce(`records that are given up can't be kept in ${this.#folder} (${textOf(error)})`);
    }
  }

  #keep(records: readonly string[], why: Refused): void {
    const { directory, maxDeadLetterBytes } = this.settings;
    if (this.#append(records, why)) {
      this.#tellOnce(
        `records that are given up are kept in ${this.#folder}; npx otel-remote-logger spool ${directory} counts them, and can send them again`,
      );
      return;
    }
    this.#path = '';
    this.#fullUntil = this.clock.now() + FULL_MILLIS;
    this.#tellOnce(
      `${this.#folder} is full (spool.maxDeadLetterBytes: ${maxDeadLetterBytes}); more records that are given up are not kept`,
    );
  }

  /** Says whether there was room. Opens the file each time: somebody may have taken it, to send it again. */
  #append(records: readonly string[], why: Refused): boolean {
    if (this.#path === '') this.#beginFile();
    if (this.#otherBytes >= this.settings.maxDeadLetterBytes) return false;
    const descriptor = this.files.openSync(this.#path, 'a', 0o600);
    try {
      const { size } = this.files.fstatSync(descriptor);
      const bytes = Buffer.from(this.#textOf(records, why, size === 0));
      const end = size + bytes.length;
      if (this.#otherBytes + end > this.settings.maxDeadLetterBytes) {
        if (size === 0) this.files.unlinkSync(this.#path);
        return false;
      }
      this.#write(descriptor, bytes, size);
      this.#count += records.length;
      if (end >= FILE_BYTES) this.#path = '';
      return true;
    } finally {
      this.files.closeSync(descriptor);
    }
  }

  /** All of it or nothing, as what was written in part would be taken for damage. */
  #write(descriptor: number, bytes: Buffer, size: number): void {
    try {
      writeAll(this.files, descriptor, bytes, bytes.length);
    } catch (error) {
      this.files.ftruncateSync(descriptor, size);
      throw error;
    }
  }

  #textOf(records: readonly string[], why: Refused, isFirst: boolean): string {
    if (isFirst) this.#count = 0;
    const { format, newKeyPrefix } = this.settings;
    const head = isFirst ? headLine({ prefix: newKeyPrefix(), first: 0, format }) : '';
    const lines = records.map((record, index) => lineOf(`${this.#count + index} ${record}`));
    return head + noteLine(why, this.clock.wallNow()) + lines.join('');
  }

  #beginFile(): void {
    this.files.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const names = this.files.readdirSync(this.#folder);
    this.#otherBytes = names.reduce((sum, name) => sum + sizeOf(this.files, join(this.#folder, name)), 0);
    this.#path = join(this.#folder, `${randomUuid()}.log`);
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.tell(message);
  }
}

function sizeOf(files: Files, path: string): number {
  let descriptor: number | undefined;
  try {
    descriptor = files.openSync(path, 'r');
    return files.fstatSync(descriptor).size;
  } catch {
    return 0; // it is sent again by now
  } finally {
    if (descriptor !== undefined) files.closeSync(descriptor);
  }
}

/** Of those that are not settled already. */
function textsOf(chunk: Chunk, from: number, to: number): string[] {
  const texts: string[] = [];
  for (let index = from; index < to; index++)
    if (!chunk.isSettled(index)) texts.push(chunk.slice(index, index + 1).toString());
  return texts;
}
