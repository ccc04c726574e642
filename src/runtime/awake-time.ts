/** While a limit is pending, `AwakeTime.beat()` is called at this interval. */
export const BEAT_MILLIS = 200;
/** A turn of the event loop that takes longer is a stall, and counts as this long: so time goes on even where each turn is a stall. */
const LONGEST_TURN_MILLIS = 500;

/**
 * The time in which this process ran: real time without stalls. A process is stopped by SIGSTOP, a container's pause, a
 * function's freeze or a debugger, and as good as stopped while its event loop is blocked: no answer could be read then. A stall
 * is noticed by the beats that are missing. Where there are no beats, all time counts.
 */
export class AwakeTime {
  /** For how long the process stood still. */
  #stood = 0;
  #lastBeat = Number.POSITIVE_INFINITY;
  #wentOnAt = Number.NEGATIVE_INFINITY;

  get isWatched(): boolean {
    return this.#lastBeat < Number.POSITIVE_INFINITY;
  }

  /** `real` is the time on a clock that stops for nothing, here and below. */
  at(real: number): number {
    return real - this.#stood - this.#stallUntil(real);
  }

  /** When, in its own time, the process last went on after a stall; `-Infinity` if there was none. */
  wentOnAt(real: number): number {
    return this.#stallUntil(real) > 0 ? this.at(real) : this.#wentOnAt;
  }

  /** There are beats from now on. */
  watch(real: number): void {
    this.#lastBeat = real;
  }

  /** The process runs. */
  beat(real: number): void {
    const stall = this.#stallUntil(real);
    this.#stood += stall;
    this.#lastBeat = real;
    if (stall > 0) this.#wentOnAt = this.at(real);
  }

  /** There are no more beats. */
  leave(real: number): void {
    this.beat(real);
    this.#lastBeat = Number.POSITIVE_INFINITY;
  }

  #stallUntil(real: number): number {
    return Math.max(real - this.#lastBeat - LONGEST_TURN_MILLIS, 0);
  }
}
