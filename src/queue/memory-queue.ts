import type { Chunk } from './chunk.js';
import { SegmentQueue } from './segment-queue.js';

/** So many records are given out at a time when the queue ends. */
const MANY = 1024;

/** A queue in memory, which ends with the process. */
export class MemoryQueue extends SegmentQueue {
  readonly isReadable = true;
  readonly onDisk = 0;

  giveUp(take: (chunk: Chunk) => void): void {
    this.rewind();
    for (let chunk = this.read(MANY); chunk !== undefined; chunk = this.read(MANY)) take(chunk);
  }

  keeps(): boolean {
    return false;
  }

  start(): void {}
  write(): void {}
  leave(): void {}
  close(): void {}

  protected get room(): number {
    return (this.settings.maxBytes ?? Number.POSITIVE_INFINITY) - this.unsettledBytes;
  }

  protected backingOf(): undefined {
    return undefined;
  }

  protected damaged(): void {}
}
