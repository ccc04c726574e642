import { EndOfTurn } from '../lifecycle/end-of-turn.js';
import type { Clock, Timer } from '../runtime/clock.js';
import type { DiskHealth } from './disk-health.js';
import type { Files } from './files.js';
import { targetIn } from './line.js';
import type { SharedWriting, Sync } from './shared-writing.js';
import type { StoredSegment } from './stored-segment.js';
import type { WrittenSegment } from './written-segment.js';

/** What waits to be written is written at once when it is so much, and not at the end of the turn. */
const MOST_WAITING_BYTES = 256 * 1024;
/** So much is written at a time. */
const SCRATCH_BYTES = MOST_WAITING_BYTES + 64 * 1024;

/** Most segments' files are no larger. */
const READING_BYTES = 2.5 * 1024 * 1024;

/** So many files wait to be synced; those that become full meanwhile are synced at once. */
const MOST_TO_SYNC = 8;

/** So long after it was settled, a record may be sent again if the process dies; so long after it was written, it may be lost if the machine does. */
const INTERVAL_MILLIS = 1000;

export interface WriterSettings {
  readonly asideFolder: string;
  readonly separator: number;
  readonly isShared: boolean;
  readonly sync: Sync;
  readonly format: string;
}

/** What a spool hears of its segments. */
export interface WriterListener {
  /** No more records come to a segment, which is written. */
  sealed(written: WrittenSegment): void;
  /** A segment could not be read now, for lack of something. */
  postponed(): void;
  /** A second has passed, or the disk has failed: is everything still in its place? */
  look(): void;
}

/** Writes what a spool has to write: records at the end of each turn of the event loop, what is settled once a second. */
export class SpoolWriter implements SharedWriting {
  readonly asideFolder: string;
  readonly separator: number;
  readonly isShared: boolean;
  readonly sync: Sync;
  readonly format: string;
  readonly scratch = targetIn(Buffer.allocUnsafeSlow(SCRATCH_BYTES));
  #reading: Buffer | undefined;
  diskBytes = 0;
  unloadedBytes = 0;
  unkept = 0;
  unkeptBytes = 0;
  #toWrite: WrittenSegment[] = [];
  #waitingBytes = 0;
  readonly #endOfTurn = new EndOfTurn(() => this.write());
  readonly #toSync = new Set<WrittenSegment>();
  #dirty: StoredSegment[] = [];
  #timer: Timer | undefined;

  constructor(
    { asideFolder, separator, isShared, sync, format }: WriterSettings,
    readonly files: Files,
    private readonly health: DiskHealth,
    private readonly clock: Pick<Clock, 'setPause'>,
    private readonly listener: WriterListener,
  ) {
    this.asideFolder = asideFolder;
    this.separator = separator;
    this.isShared = isShared;
    this.sync = sync;
    this.format = format;
  }

  get reading(): Buffer {
    this.#reading ??= Buffer.allocUnsafeSlow(READING_BYTES);
    return this.#reading;
  }

  toWrite(written: WrittenSegment): void {
    this.#toWrite.push(written);
    this.#endOfTurn.ask();
  }

  waits(bytes: number): void {
    this.#waitingBytes += bytes;
    if (this.#waitingBytes >= MOST_WAITING_BYTES) this.write();
  }

  /** Writes what waits for the end of the turn. */
  write(): void {
    this.#waitingBytes = 0;
    const toWrite = this.#toWrite;
    if (toWrite.length === 0) return;
    this.#toWrite = [];
    for (const written of toWrite) written.write();
  }

  toSync(written: WrittenSegment): void {
    this.#toSync.add(written);
    this.#startTimer();
  }

  gone(written: WrittenSegment): void {
    this.#toSync.delete(written);
  }

  settledSome(stored: StoredSegment): void {
    this.#dirty.push(stored);
    this.#startTimer();
  }

  works(): void {
    this.health.works();
  }

  failed(error: unknown): void {
    this.health.failed(error);
    this.listener.look();
  }

  sealed(written: WrittenSegment): void {
    if (this.#toSync.size > MOST_TO_SYNC) written.sync();
    this.listener.sealed(written);
  }

  postponed(): void {
    this.listener.postponed();
  }

  /** Writes what else there is to write. */
  writeAll(): void {
    this.write();
    this.#timer?.cancel();
    this.#timer = undefined;
    const toSync = [...this.#toSync];
    this.#toSync.clear();
    for (const written of toSync) written.sync();
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const stored of dirty) stored.writeSettled();
  }

  #startTimer(): void {
    this.#timer ??= this.clock.setPause(() => {
      this.#timer = undefined;
      this.listener.look();
      this.writeAll();
    }, INTERVAL_MILLIS);
  }
}
