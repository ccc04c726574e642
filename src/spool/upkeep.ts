import { type Chunk, waitingOf } from '../queue/chunk.js';
import type { Segment } from '../queue/segment.js';
import type { SegmentList } from '../queue/segment-list.js';
import type { Clock, Timer } from '../runtime/clock.js';
import { nextTurn } from '../runtime/timers.js';

/** A file that has been written for so long gets no more records, if some in it are delivered: it is removed when the others are, too. */
const MOST_MILLIS = 60_000;
/** And in any case after this part of the greatest age of a record: of a file that is read again, only the age of its last record is known. */
const PART_OF_AGE = 1 / 10;

/** The queue whose files they are. */
export interface Kept {
  /** The next record begins another file. */
  sealLast(): void;
  /** Whether nothing of a segment was read. What was read is given up by who sends it. */
  isAhead(segment: Segment): boolean;
  /** Reads its file, before its first record is read. Says whether it could be. */
  load(segment: Segment): boolean;
  /** Records are too old. */
  expired(chunk: Chunk): void;
}

/** Sees to it, from time to time, that nothing is on the disk for too long. */
export class Upkeep {
  #timer: Timer | undefined;
  #hasEnded = false;

  constructor(
    private readonly segments: SegmentList,
    private readonly maxAgeMillis: number,
    private readonly clock: Pick<Clock, 'now' | 'setPause'>,
    private readonly kept: Kept,
  ) {}

  start(): void {
    const pause = Math.min(MOST_MILLIS, this.maxAgeMillis * PART_OF_AGE);
    this.#timer = this.clock.setPause(() => {
      this.#sealOld();
      void this.#expireAll().then(() => {
        if (!this.#hasEnded) this.start();
      });
    }, pause);
  }

  end(): void {
    this.#hasEnded = true;
    this.#timer?.cancel();
  }

  #sealOld(): void {
    const { last } = this.segments;
    if (last === undefined || last.isFull) return;
    const most = last.unsettled < last.length ? MOST_MILLIS : this.maxAgeMillis * PART_OF_AGE;
    if (this.clock.now() - last.places.timeOf(0) >= most) this.kept.sealLast();
  }

  /** One segment a turn of the event loop. */
  async #expireAll(): Promise<void> {
    for (let old = this.#nextOld(); old !== undefined; old = this.#nextOld()) {
      old.seal();
      if (!old.isLoaded && !this.kept.load(old)) return;
      for (const chunk of waitingOf(old)) this.kept.expired(chunk);
      await nextTurn();
      if (this.#hasEnded) return;
    }
  }

  /** The first segment that nobody has read, and of which all records are too old. */
  #nextOld(): Segment | undefined {
    const before = this.clock.now() - this.maxAgeMillis;
    for (const segment of this.segments)
      if (segment.unsettled > 0 && segment.lastAt <= before && this.kept.isAhead(segment)) return segment;
    return undefined;
  }
}
