import { dirname } from 'node:path';
import type { Range } from '../queue/cuts.js';
import type { Segment } from '../queue/segment.js';
import { syncFolder, syncFolderNow, writeAll } from './files.js';
import { LINE_OVERHEAD_BYTES, targetIn } from './line.js';
import { headLine } from './segment-file.js';
import type { SharedWriting } from './shared-writing.js';
import { StoredSegment } from './stored-segment.js';
import { endOfLinesWithin, writeLines } from './write-lines.js';

/** A segment that this process writes: in memory, and in a file, until that fails. */
export class WrittenSegment extends StoredSegment<SharedWriting> {
  /** How many of its records are in the file. */
  #written = 0;
  #descriptor: number | undefined;
  /** No more is written. */
  #hasEnded = false;
  #isToWrite = false;
  #isSyncing = false;
  /** Whether the disk was told to keep its name. */
  #isNameSynced = false;
  /** Whether some were settled before they were written. */
  #isSettledEarly = false;

  constructor(
    shared: SharedWriting,
    /** `undefined` where there is no file. */
    path: string | undefined,
    override readonly segment: Segment,
  ) {
    super(shared, path ?? '');
    this.#hasEnded = path === undefined;
  }

  override get kept(): number {
    return this.#written;
  }

  override added(bytes: number): void {
    this.shared.unkept++;
    this.shared.unkeptBytes += bytes;
    if (this.#hasEnded) return;
    if (!this.#isToWrite) {
      this.#isToWrite = true;
      this.shared.toWrite(this);
    }
    this.shared.waits(bytes);
  }

  override settled(index: number, bytes: number): void {
    if (index < this.#written) {
      super.settled(index, bytes);
      return;
    }
    this.#isSettledEarly = true;
    this.shared.unkept--;
    this.shared.unkeptBytes -= bytes;
  }

  override cut(range: Range): void {
    if (range.to > this.#written) this.write();
    super.cut(range);
  }

  override sealed(): void {
    this.write();
    this.#end();
    if (this.#written === this.segment.length) this.shared.sealed(this);
  }

  override emptied(): void {
    this.#end(false);
    if (this.#written > 0) super.emptied();
  }

  /** Writes what is not written yet. */
  write(): void {
    this.#isToWrite = false;
    if (this.#hasEnded || this.#written === this.segment.length) return;
    try {
      this.#descriptor ??= this.shared.files.openSync(this.path, 'ax', 0o600);
      while (this.#written < this.segment.length) this.#writeSome(this.#descriptor);
      if (this.shared.sync === 'always') this.#syncAndWait(this.#descriptor);
      this.shared.works();
      this.shared.toSync(this);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Has the disk keep what is written. */
  sync(): void {
    if (this.#descriptor === undefined || this.#isSyncing) return;
    if (this.shared.sync === 'interval') this.#syncNow(this.#descriptor);
  }

  #syncAndWait(descriptor: number): void {
    const { files } = this.shared;
    files.fdatasyncSync(descriptor);
    if (!this.#isNameSynced) syncFolderNow(files, dirname(this.path));
    this.#isNameSynced = true;
  }

  #syncNow(descriptor: number): void {
    this.#isSyncing = true;
    if (!this.#isNameSynced) syncFolder(this.shared.files, dirname(this.path));
    this.#isNameSynced = true;
    this.shared.files.fdatasync(descriptor, (error) => {
      this.#isSyncing = false;
      if (this.#descriptor !== descriptor) this.shared.files.close(descriptor, ignore);
      else if (error !== null) this.#fail(error);
    });
  }

  #writeSome(descriptor: number): void {
    const { segment, shared } = this;
    const { places } = segment;
    const from = this.#written;
    const needed = LINE_OVERHEAD_BYTES + HEAD_BYTES + places.bytesOf(from, from + 1);
    const isLarge = needed > shared.scratch.bytes.length;
    const target = isLarge ? targetIn(Buffer.allocUnsafe(needed)) : shared.scratch;
    const { bytes } = target;
    const to = endOfLinesWithin(bytes.length - HEAD_BYTES, places, from);
    const head = this.bytes === 0 ? bytes.write(headLine({ ...segment.key, format: shared.format })) : 0;
    const length = writeLines(target, head, segment.bytes, places, from, to);
    writeAll(shared.files, descriptor, bytes, length);
    this.bytes += length;
    shared.diskBytes += length;
    this.#keep(to);
  }

  /** Those before one are in the file now. */
  #keep(end: number): void {
    if (this.#isSettledEarly) this.#count(this.#written, end, -1);
    else this.#countAll(this.#written, end);
    this.#written = end;
    if (this.#isSettledEarly) super.settled(0, 0);
    this.#isSettledEarly &&= end < this.segment.length;
  }

  /** Its file was removed, by somebody else. */
  lose(): void {
    this.#count(0, this.#written, 1);
    this.shared.diskBytes -= this.bytes;
    this.bytes = 0;
    this.#written = 0;
    this.#end(false);
    this.segment.seal();
  }

  /** The same of records none of which is settled. */
  #countAll(from: number, to: number): void {
    this.shared.unkept -= to - from;
    this.shared.unkeptBytes -= this.segment.places.bytesOf(from, to);
  }

  /** Counts the unsettled ones of some records as in memory alone or, with -1, as no more so. */
  #count(from: number, to: number, sign: 1 | -1): void {
    const { segment, shared } = this;
    for (let index = from; index < to; index++) {
      if (segment.isSettled(index)) continue;
      shared.unkept += sign;
      shared.unkeptBytes += sign * segment.places.bytesOf(index, index + 1);
    }
  }

  /** What is not in the file stays in memory, and the next record begins another segment. */
  #fail(error: unknown): void {
    const { files } = this.shared;
    try {
      // What was written in part would be taken for damage.
      if (this.#descriptor !== undefined) files.ftruncateSync(this.#descriptor, this.bytes);
    } catch {
      // It is that, then.
    }
    this.#end();
    this.segment.seal();
    this.shared.failed(error);
  }

  #end(isSynced = true): void {
    this.#hasEnded = true;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor === undefined || this.#isSyncing) return; // it is closed after that
    if (isSynced && this.shared.sync === 'interval') this.#syncNow(descriptor);
    else this.shared.files.close(descriptor, ignore);
  }
}

/** Most bytes of a segment's first line. */
const HEAD_BYTES = 128;

const ignore = (): void => {};
