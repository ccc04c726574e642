/** Bytes of all bodies that are in memory at a time. */
export class Room {
  #taken = 0;

  constructor(private readonly mostBytes: number) {}

  /** Says whether there was room. */
  take(bytes: number): boolean {
    if (this.#taken > 0 && this.#taken + bytes > this.mostBytes) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}
