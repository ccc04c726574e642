import type { Clock } from '../../runtime/clock.js';
import type { Gate } from './gate.js';
import type { Retry, Sending } from './sending.js';

/** What becomes of all payloads. By that, a failure of the endpoint is told from one that is a payload's own. */
export class Others {
  /** Attempts that have failed. */
  #failures = 0;

  constructor(
    private readonly gate: Gate,
    private readonly clock: Pick<Clock, 'now' | 'wentOnAt'>,
    /** Whether payloads outlive the process, and so have time. */
    private readonly isPatient: boolean,
  ) {}

  /** What has become of all attempts by now is not counted as since the payload's. */
  note(sending: Sending): void {
    sending.answersThen = this.gate.answers;
    sending.failuresThen = this.#failures;
  }

  /** A payload has failed. Where others got through meanwhile, the endpoint is up: then the failure is its own, and closes no gate for the others. */
  failed(sending: Sending, { afterMillis }: Retry): 'alone' | 'with others' {
    const { answers, closedSince } = this.gate;
    const gotThrough = answers - sending.answersThen;
    const failed = this.#failures++ - sending.failuresThen;
    this.note(sending);
    if (closedSince !== undefined || afterMillis) return 'with others';
    if (gotThrough > failed && this.isPatient) sending.failedAlone(this.clock.now());
    return gotThrough > 0 || sending.isOftenAlone ? 'alone' : 'with others';
  }

  /** Whether a payload fails by itself for so long that it is not tried again, though it would have time. */
  isHopeless(sending: Sending): boolean {
    return sending.isHopeless(this.clock.now(), this.clock.wentOnAt());
  }
}
