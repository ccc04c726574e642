import fs from 'node:fs';
import { join } from 'node:path';
import type { Backing } from '../queue/backing.js';
import { Chunk } from '../queue/chunk.js';
import type { Appended } from '../queue/layout.js';
import type { Segment } from '../queue/segment.js';
import { SegmentQueue } from '../queue/segment-queue.js';
import type { Clock } from '../runtime/clock.js';
import { DiskHealth } from './disk-health.js';
import { type Files, keepAside } from './files.js';
import { ageOf, type FoundSegment } from './found-segments.js';
import { LINE_OVERHEAD_BYTES } from './line.js';
import { OwnLife } from './own-life.js';
import { Postponement } from './postponement.js';
import { logName } from './segment-file.js';
import type { Lives, SpoolListener, SpoolSettings } from './spool-settings.js';
import { SpoolWriter } from './spool-writer.js';
import { StoredSegment } from './stored-segment.js';
import { Takeover } from './takeover.js';
import { Upkeep } from './upkeep.js';
import { WrittenSegment } from './written-segment.js';

/** Of what waits to be read, so much stays in memory. */
const MOST_LOADED_BYTES = 8 * 1024 * 1024;
/** A file's memory is let go after its last sync, so that a failed sync loses nothing; but when so much waits, before it, as a slow disk must not take more. */
const MOST_UNSYNCED_BYTES = 12 * 1024 * 1024;
/** So much is given out at a time: what is under way is in memory. */
const MOST_IN_HAND_BYTES = 8 * 1024 * 1024;

/** A queue on disk: in memory as any other, and in files besides, where it outlives the process. */
export class SpoolQueue extends SegmentQueue {
  readonly #writer: SpoolWriter;
  readonly #health: DiskHealth;
  readonly #takeover: Takeover;
  readonly #upkeep: Upkeep;
  readonly #own: OwnLife;
  readonly #postponement: Postponement;
  /** Of the last segment's files. */
  #number = 0;
  /** Whether the next segment is written although the disk has failed. */
  #isTrying = false;
  #isClosed = false;

  constructor(
    private readonly spool: SpoolSettings,
    private readonly listener: SpoolListener,
    lives: Lives,
    protected override readonly clock: Pick<Clock, 'now' | 'wallNow' | 'setPause'>,
    files: Files = fs,
    health?: DiskHealth,
  ) {
    super(spool, clock);
    const { directory, separator, isShared, sync, format, maxAgeMillis } = spool;
    this.#health = health ?? new DiskHealth(directory, clock);
    const asideFolder = join(directory, 'damaged');
    this.#writer = new SpoolWriter(
      { asideFolder, separator: separator.charCodeAt(0), isShared, sync, format },
      files,
      this.#health,
      clock,
      {
        sealed: (written) => this.#sealed(written),
        postponed: () => this.#postponement.begin(),
        look: () => this.#look(),
      },
    );
    this.#own = new OwnLife(lives, files, spool.minFreeBytes, (error) => this.#health.failed(error));
    this.#postponement = new Postponement(clock, () => listener.readable());
    this.#upkeep = new Upkeep(this.segments, maxAgeMillis, clock, {
      sealLast: () => this.sealLast(),
      isAhead: (segment) => this.isAhead(segment),
      load: (segment) => this.load(segment),
      expired: (chunk) => listener.expired(chunk),
    });
    this.#takeover = new Takeover(files, clock, {
      takeOverDead: async () => {
        const own = this.#own.get();
        return own === undefined ? [] : lives.takeOverDead(own);
      },
      found: (segment, onGone) => this.#found(segment, onGone),
      foreign: (path) => {
        listener.damaged(0, path);
        keepAside(files, asideFolder, path);
      },
    });
  }

  /** Records that this process need not deliver, as they are in files. */
  get onDisk(): number {
    return this.unsettled - this.#writer.unkept;
  }

  get isReadable(): boolean {
    return !this.#postponement.isOn && this.bytesInHand < MOST_IN_HAND_BYTES;
  }

  start(): void {
    this.#takeover.start();
    this.#upkeep.start();
  }

  override append(record: Appended, mostBytes: number): number {
    if (this.#health.isFailing && this.#health.isDue) {
      // The disk has had its peace: the next record begins a segment that is written.
      this.#health.tried();
      this.#isTrying = true;
      this.sealLast();
    }
    const bytes = super.append(record, mostBytes);
    if (bytes !== -1 || typeof record !== 'string' || this.segments.last?.unsettled !== 0) return bytes;
    this.sealLast(); // a file of which all is settled makes room
    return super.append(record, mostBytes);
  }

  giveUp(take: (chunk: Chunk) => void): void {
    for (const segment of [...this.segments]) {
      if (!segment.isLoaded || !(segment.backing instanceof StoredSegment)) continue;
      for (let from = segment.backing.kept; from < segment.length; from++) {
        if (!segment.isSettled(from)) take(new Chunk(segment, from, from + 1));
      }
    }
  }

  keeps(chunk: Chunk, to: number): boolean {
    const { backing, first } = chunk.segment;
    return backing instanceof StoredSegment && chunk.positionOf(to) - first <= backing.kept;
  }

  write(): void {
    this.#writer.write();
  }

  /** Nothing is left of a queue in which nothing waits. */
  leave(): void {
    if (this.unsettled === 0) this.sealLast();
    this.#writer.writeAll();
    if (this.unsettled === 0 && !this.#takeover.isBusy) this.#own.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#takeover.end();
    this.#upkeep.end();
    this.sealLast();
    this.leave();
    this.#own.close();
  }

  protected get room(): number {
    const { unkept, unkeptBytes, diskBytes } = this.#writer;
    const { maxDiskBytes, maxRecords, maxBytes = Number.POSITIVE_INFINITY } = this.spool;
    if (!this.#health.isFailing) {
      return maxDiskBytes - diskBytes - unkeptBytes - (unkept + 1) * LINE_OVERHEAD_BYTES;
    }
    return unkept < maxRecords ? maxBytes - unkeptBytes : -1;
  }

  protected backingOf(segment: Segment): Backing {
    const isWritten = (this.#isTrying || !this.#health.isFailing) && !this.#isClosed;
    this.#isTrying = false;
    const life = isWritten ? this.#own.withRoom() : undefined;
    return new WrittenSegment(this.#writer, life && join(life.path, logName(++this.#number)), segment);
  }

  protected damaged({ backing }: Segment, count: number): void {
    this.listener.damaged(count, backing instanceof StoredSegment ? backing.path : '');
  }

  #sealed(written: WrittenSegment): void {
    const loadedBytes = this.unsettledBytes - this.#writer.unloadedBytes;
    if (loadedBytes <= MOST_LOADED_BYTES) return;
    const isMuch = !written.sync() || loadedBytes > MOST_UNSYNCED_BYTES;
    const { segment } = written;
    const isUnread = segment.isLoaded && this.isAhead(segment) && segment.unsettled === segment.length;
    if (isMuch && isUnread) this.spare = written.unload();
  }

  /** A file that was removed takes what is written to it, and nobody finds it again. */
  #look(): void {
    if (!this.#own.isLost()) return;
    for (const { backing, isLoaded } of this.segments)
      if (isLoaded && backing instanceof WrittenSegment) backing.lose();
  }

  #found(found: FoundSegment, onGone: () => void): void {
    const { path, bytes, head, length, ranges, unsettled } = found;
    const cuts = head?.format === this.spool.format ? ranges.cuts : [];
    const stored = new StoredSegment(this.#writer, path, { ...ranges, cuts }, bytes, onGone);
    const unsettledBytes = Math.floor((bytes * unsettled) / length);
    this.#writer.unloadedBytes += unsettledBytes;
    this.listener.tookOver(unsettled);
    const key = head ?? { prefix: this.spool.newKeyPrefix(), first: 0 };
    const lastAt = this.clock.now() - ageOf(found, this.clock.wallNow());
    stored.segment = this.adopt(key, stored, { length, unsettled, unsettledBytes, lastAt });
    this.listener.readable();
  }
}
