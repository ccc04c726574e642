/** Up to so many bits, making the digits of a bigint takes no time worth saving. */
const SHORT_BITS = 1024;
/** V8 has no longer bigints. */
const MOST_BITS = 2 ** 30;
/** More than a decimal digit takes. */
const BITS_PER_DIGIT = 4;
const DIGITS_PER_HEX_DIGIT = Math.log10(16);

/**
 * How many characters a bigint takes, at least; Infinity if these are more than `most`. For a long one, they are estimated, as decimal digits
 * take long to make.
 */
export function digitsOf(value: bigint, most: number): number {
  if (BigInt.asIntN(SHORT_BITS, value) === value) return value.toString().length;
  const mostBits = Math.min(MOST_BITS + 1, most * BITS_PER_DIGIT);
  if (BigInt.asIntN(mostBits, value) !== value) return Number.POSITIVE_INFINITY;
  return Math.floor((value.toString(16).length - 2) * DIGITS_PER_HEX_DIGIT); // 2: the first digit, and a minus
}
