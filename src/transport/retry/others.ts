import type { Clock } from '../../runtime/clock.js';
import type { Gate } from './gate.js';
import type { Retry, Sending } from './sending.js';

/**
 * What becomes of all payloads. By that, a failure of the endpoint is told from one that is a payload's own. It counts first tries alone:
 * those that wait for another one may all fail by themselves.
 */
export class Others {
  #passed = 0;
  #failed = 0;
  /** How many of those that wait are known to fail by themselves. */
  known = 0;
  #areWanted = false;

  constructor(
    private readonly gate: Gate,
    private readonly clock: Pick<Clock, 'now' | 'wentOnAt'>,
    private readonly ask: () => void,
  ) {}

  /** An attempt of a payload begins. What has become of others before its first one is not counted. */
  begins(sending: Sending): void {
    if (sending.failures === 0) this.#note(sending);
  }

  passed(sending: Sending): void {
    if (sending.failures === 0) this.#passed++;
  }

  /** A payload has failed. Where others got through meanwhile, the endpoint is up: then the failure is its own, and closes no gate for the others. */
  failed(sending: Sending, { afterMillis }: Retry): 'alone' | 'with others' {
    const { answers, closedSince } = this.gate;
    const gotThrough = answers - sending.answersThen;
    const passed = this.#passed - sending.passedThen;
    const failed = this.#failed - sending.failedThen;
    this.#areWanted = passed + failed === 0;
    if (sending.failures === 0) this.#failed++;
    this.#note(sending);
    if (sending.failedBeside(passed, failed, this.clock.now())) this.#knows();
    if (closedSince !== undefined) return 'with others';
    if (sending.isKnown) return 'alone';
    return gotThrough > 0 && !afterMillis ? 'alone' : 'with others';
  }

  /** Asks for another payload where one is wanted after the last failure. */
  askForMore(): void {
    if (this.#areWanted) this.ask();
  }

  settled(sending: Sending): void {
    if (sending.isKnown) this.known--;
  }

  /** Whether a payload fails by itself for so long that it is not tried again, though it would have time. */
  isHopeless(sending: Sending): boolean {
    return sending.isHopeless(this.clock.now(), this.clock.wentOnAt());
  }

  /** One that is known takes no place from others. */
  #knows(): void {
    this.known++;
    this.#areWanted = true;
  }

  #note(sending: Sending): void {
    sending.answersThen = this.gate.answers;
    sending.passedThen = this.#passed;
    sending.failedThen = this.#failed;
  }
}
