/** What each record of a run is, so that one that arrives can be compared. */

const TEXT = 'größer „und“ 日本語 \u{1F600} "\\\n';

/** @param {number} run @param {number} n */
export const recordOf = (run, n) => ({ run, n, text: TEXT.repeat(1 + ((run + 7 * n) % 97)) });
