import type { Range } from '../queue/cuts.js';
import type { Segment } from '../queue/segment.js';
import { AppendedFile } from './appended-file.js';
import { LINE_OVERHEAD_BYTES, targetIn } from './line.js';
import { HEAD_BYTES, headLine } from './segment-file.js';
import type { SharedWriting } from './shared-writing.js';
import { StoredSegment } from './stored-segment.js';
import { countUnkept } from './unkept.js';
import { endOfLinesWithin, writeLines } from './write-lines.js';

/** A segment that this process writes: in memory, and in a file, until that fails. */
export class WrittenSegment extends StoredSegment<SharedWriting> {
  /** How many of its records are in the file. */
  #written = 0;
  /** How many of those a sync has returned for. */
  #synced = 0;
  /** How many outlive this process, when there are no more syncs. */
  #keptInTheEnd: number | undefined;
  readonly #file: AppendedFile;
  /** No more is written. */
  #hasEnded = false;
  #isToWrite = false;
  /** Whether some were settled before they were written. */
  #isSettledEarly = false;

  constructor(
    shared: SharedWriting,
    /** `undefined` where there is no file. */
    path: string | undefined,
    override readonly segment: Segment,
  ) {
    super(shared, path ?? '');
    this.#file = new AppendedFile(shared.files, this.path);
    this.#hasEnded = path === undefined;
  }

  override get kept(): number {
    return this.#keptInTheEnd ?? this.#written;
  }

  /** Whether no sync is missing. */
  get isSynced(): boolean {
    return this.shared.sync !== 'interval' || this.#synced === this.#written;
  }

  protected override get inFile(): number {
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
    if (index < this.#written) super.settled(index, bytes);
    else this.#isSettledEarly = true;
    if (index < this.kept) return;
    this.shared.unkept--;
    this.shared.unkeptBytes -= bytes;
  }

  override cut(range: Range): void {
    if (range.to > this.#written) this.write();
    super.cut(range);
  }

  override sealed(): void {
    this.write();
    this.#hasEnded = true;
    if (this.isSynced) this.#file.close();
    this.#tellSealed();
  }

  override emptied(): void {
    this.#keptInTheEnd = this.kept;
    this.shared.gone(this);
    this.#end();
    if (this.#written > 0) super.emptied();
  }

  /** Writes what is not written yet. */
  write(): void {
    this.#isToWrite = false;
    if (this.#hasEnded || this.#written === this.segment.length) return;
    try {
      while (this.#written < this.segment.length) this.#writeSome();
      if (this.shared.sync === 'always') {
        this.#file.syncNow();
        this.#synced = this.#written;
      }
      this.shared.works();
      this.shared.toSync(this);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Has the disk keep what is written. Says whether a sync is under way. */
  sync(): boolean {
    if (this.#file.isSyncing) return true;
    if (this.#keptInTheEnd !== undefined || this.isSynced) return false;
    const written = this.#written;
    this.#file.sync((error) => {
      if (error === null) this.#hasSynced(written);
      else this.#fail(error, true);
    });
    return true;
  }

  #hasSynced(end: number): void {
    this.#synced = end;
    if (this.#hasEnded) {
      this.#end();
      this.#tellSealed();
    } else if (!this.isSynced) this.shared.toSync(this);
  }

  #writeSome(): void {
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
    this.#file.append(bytes, length);
    this.bytes += length;
    shared.diskBytes += length;
    this.#keep(to);
  }

  /** Those before one are in the file now. */
  #keep(end: number): void {
    const { segment, shared } = this;
    if (this.#isSettledEarly) countUnkept(shared, segment, this.#written, end, -1);
    else {
      shared.unkept -= end - this.#written;
      shared.unkeptBytes -= segment.places.bytesOf(this.#written, end);
    }
    this.#written = end;
    if (this.#isSettledEarly) super.settled(0, 0);
    this.#isSettledEarly &&= end < segment.length;
  }

  /** Its file was removed, by somebody else. */
  lose(): void {
    countUnkept(this.shared, this.segment, 0, this.kept, 1);
    this.shared.diskBytes -= this.bytes;
    this.bytes = 0;
    this.#written = 0;
    this.#keptInTheEnd = 0;
    this.#end();
    this.segment.seal();
  }

  /**
   * A sync has failed. The system may have dropped what was not on the disk yet, although it can still be read for a while: so those records
   * are safe in memory alone. Where that was let go already, the checksums show what is left of them.
   */
  #doubt(): void {
    const { segment, shared } = this;
    if (this.#keptInTheEnd !== undefined) return;
    this.#keptInTheEnd = segment.isLoaded ? this.#synced : this.#written;
    countUnkept(shared, segment, this.#keptInTheEnd, this.#written, 1);
  }

  /** What is not in the file stays in memory, and the next record begins another segment. */
  #fail(error: unknown, isOfSync = this.shared.sync === 'always'): void {
    if (isOfSync) this.#doubt();
    try {
      // What was written in part would be taken for damage.
      this.#file.truncate(this.bytes);
    } catch {
      // It is that, then.
    }
    this.#end();
    this.segment.seal();
    this.shared.failed(error);
  }

  /** Its memory can be let go, if all of it is in the file. */
  #tellSealed(): void {
    if (this.kept === this.segment.length) this.shared.sealed(this);
  }

  /** No more is written. The file is closed after the last sync. */
  #end(): void {
    this.#hasEnded = true;
    if (!this.sync()) this.#file.close();
  }
}
