import type { Segment } from '../queue/segment.js';

/**
 * Records that are read in the memory of the queue, where others lie beside them. While none of these is settled, the queue hardly ever
 * lets go of that memory, and a copy would only take more. After that it may, and a few records must not keep hold of all of it: so they
 * are copied then. The exception is a segment that gets no more records although most of it is free, because the next record is large or its
 * file is closed early: the queue moves its records elsewhere, and the thread holds the old memory until one of them is settled.
 */
export class Neighbours {
  readonly #byMemory = new Map<number, Segment[]>();

  add(memory: number, segment: Segment): void {
    const others = this.#byMemory.get(memory);
    if (others === undefined) this.#byMemory.set(memory, [segment]);
    else others.push(segment);
  }

  /** Some records of a memory are settled. */
  settled(memory: number): void {
    const segments = this.#byMemory.get(memory);
    if (segments === undefined) return;
    this.#byMemory.delete(memory);
    for (const segment of segments) segment.leave();
  }
}
