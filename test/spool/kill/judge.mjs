/** @import { Life } from './life.mjs' */
/** @import { Endpoint } from './endpoint.mjs' */

/**
 * @typedef {object} Outcome
 * @property {number} seed
 * @property {Record<string, number>} deaths
 * @property {number} logged
 * @property {number} missing records of turns that had ended, and did not arrive
 * @property {number} mangled
 * @property {number} rekeyed records that came again with another key
 * @property {number} repeated records that came again after a death
 * @property {number} oldestRepeatMillis longest time from the arrival of such a record to the death, where the endpoint answers
 * @property {number} lost records of turns that had not ended, and did not arrive
 * @property {number} windowMillis longest time from the log() of such a record to the death
 * @property {number} torn files whose last record was cut off by a death within its write
 * @property {string[]} faults
 */

/** Nothing yet. @param {number} seed @returns {Outcome} */
export const newOutcome = (seed) => ({
  seed,
  deaths: {},
  logged: 0,
  missing: 0,
  mangled: 0,
  rekeyed: 0,
  repeated: 0,
  oldestRepeatMillis: 0,
  lost: 0,
  windowMillis: 0,
  torn: 0,
  faults: [],
});

/** @param {Life} life @param {readonly Life[]} lives @param {Endpoint} endpoint @param {Outcome} outcome */
export function judge({ run, plan, ended, logged, diedAt }, lives, endpoint, outcome) {
  const arrived = endpoint.arrivedOf(run);
  const upTo = logged.at(-1)?.upTo ?? 0;
  outcome.deaths[plan.how] = (outcome.deaths[plan.how] ?? 0) + 1;
  outcome.logged += upTo;
  const missing = numbers(0, ended).filter((n) => !arrived.has(n));
  outcome.missing += missing.length;
  if (missing.length > 0) {
    const life = JSON.stringify({ run, ...plan, ended, upTo });
    outcome.faults.push(`${life}: missing ${missing.length}, from ${missing[0]} to ${missing.at(-1)}`);
  }
  for (const { times, keys } of arrived.values()) {
    if (keys.size > 1) outcome.rekeyed++;
    const age = ageOfRepeat(times, lives);
    if (age === undefined) continue;
    outcome.repeated++;
    outcome.oldestRepeatMillis = Math.max(outcome.oldestRepeatMillis, age);
  }
  outcome.lost += numbers(ended, upTo).filter((n) => !arrived.has(n)).length;
  const lost = logged.find(({ upTo: to }, index) => {
    const from = Math.max(ended, logged[index - 1]?.upTo ?? 0);
    return numbers(from, to).some((n) => !arrived.has(n));
  });
  if (lost !== undefined) outcome.windowMillis = Math.max(outcome.windowMillis, millis(diedAt - lost.at));
}

/**
 * How old the arrival of a record was at the death after which it came again; `undefined` if it did not, 0 where the endpoint loses
 * answers: there it may have waited for another try until then.
 * @param {readonly bigint[]} times @param {readonly Life[]} lives
 */
function ageOfRepeat(times, lives) {
  for (const [index, time] of times.entries()) {
    const again = times[index + 1];
    const life = lives.find(({ diedAt }) => diedAt > time);
    if (again === undefined || life === undefined || life.diedAt >= again) continue;
    return life.plan.mode === 'flaky' ? 0 : millis(life.diedAt - time);
  }
  return undefined;
}

const numbers = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);

/** @param {bigint} nanos */
const millis = (nanos) => Number(nanos) / 1e6;
