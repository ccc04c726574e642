import { RETRY_LATER, Refusal } from './answer.js';

/** Bytes of bodies, and of the lines that are made of them, that are in memory at a time, however many senders there are. */
export class Room {
  #taken = 0;

  constructor(private readonly mostBytes: number) {}

  /** The part of one body. It has to be given back. */
  share(): Share {
    return new Share(this);
  }

  /** Says whether there was room. `own`: what the body has already. One body alone has room in any case: `--max-body-bytes` bounds it. */
  take(bytes: number, own: number): boolean {
    if (this.#taken > own && this.#taken + bytes > this.mostBytes) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** What one body has of the room. */
export class Share {
  #bytes = 0;

  constructor(private readonly room: Room) {}

  /**
   * Throws a `Refusal` where there is no room. Nobody waits for room: bodies that are read in part, and fill it together, would wait for
   * one another.
   */
  take(bytes: number): void {
    if (!this.room.take(bytes, this.#bytes))
      throw new Refusal(503, 'too many bodies are under way at a time', {}, RETRY_LATER);
    this.#bytes += bytes;
  }

  giveBack(bytes = this.#bytes): void {
    this.#bytes -= bytes;
    this.room.giveBack(bytes);
  }
}
