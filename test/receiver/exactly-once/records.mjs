/** What each record of a life is, so that one that was stored can be compared. */

const TEXT = 'größer „und“ 日本語 \u{1F600} "\\\n';

/** @param {number} life @param {number} n */
export const recordOf = (life, n) => ({ life, n, text: TEXT.repeat(1 + ((life + 7 * n) % 31)) });
