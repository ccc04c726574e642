import type { Clock } from '../runtime/clock.js';

/** So long nothing is read after a file could not be read for lack of something. */
const POSTPONED_MILLIS = 1000;

/** A time in which nothing is read. */
export class Postponement {
  isOn = false;

  constructor(
    private readonly clock: Pick<Clock, 'setPause'>,
    private readonly onOver: () => void,
  ) {}

  begin(): void {
    if (this.isOn) return;
    this.isOn = true;
    this.clock.setPause(() => {
      this.isOn = false;
      this.onOver();
    }, POSTPONED_MILLIS);
  }
}
