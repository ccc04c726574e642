import { systemClock } from '../runtime/clock.js';
import { say } from '../runtime/stderr.js';
import { type ExitParticipant, leftBehind, recordsOf } from './exit-participant.js';

/** How long the end of a process waits without a record being delivered. */
export const EXIT_TIMEOUT_MILLIS = 5000;

/** Delivers what is pending before a process ends by itself; what outlives the process, only if the first attempt succeeds. */
export const endNaturally = (logger: ExitParticipant): Promise<void> =>
  leftBehind(logger) > 0 ? flushOrGiveUp(logger) : tryOnce(logger);

/** How many records had come when it was tried to deliver what would outlive the process. */
const tried = new WeakMap<ExitParticipant, number>();
export const hasTried = (logger: ExitParticipant): boolean => tried.get(logger) === cameTo(logger);

function cameTo(logger: ExitParticipant): number {
  const { accepted, takenOver = 0 } = logger.stats();
  return accepted + takenOver;
}

async function tryOnce(logger: ExitParticipant): Promise<void> {
  tried.set(logger, cameTo(logger));
  await logger.tryAll();
}

async function flushOrGiveUp(logger: ExitParticipant): Promise<void> {
  let { delivered, pending } = logger.stats();
  let giveUpAt = systemClock.now() + EXIT_TIMEOUT_MILLIS;
  for (let left = EXIT_TIMEOUT_MILLIS; left > 0; left = Math.ceil(giveUpAt - systemClock.now())) {
    ({ pending } = await logger.end({ timeoutMillis: left }));
    if (pending === 0) return;
    if (logger.stats().delivered > delivered) giveUpAt = systemClock.now() + EXIT_TIMEOUT_MILLIS;
    ({ delivered } = logger.stats());
  }
  say(
    `the process ends with ${recordsOf(pending)} undelivered: none got through for ${EXIT_TIMEOUT_MILLIS} ms`,
  );
  await logger.shutdown({ timeoutMillis: 0 });
  say(`the account: ${JSON.stringify(logger.stats())}`);
}
