/** What each record of a run is, so that one that arrives can be compared. */

const TEXT = 'größer „und“ 日本語 \u{1F600} "\\\n';

/** Whether a life is so long, and its records so small, that what was delivered is written down before a segment is full. @param {number} run */
export const isLong = (run) => run % 10 === 5;

/** @param {number} run @param {number} n */
export const recordOf = (run, n) => ({
  run,
  n,
  text: TEXT.repeat(isLong(run) ? 1 : 1 + ((run + 7 * n) % 97)),
});
