/** Up to so many bits, the digits of a bigint are made in no time. */
const SHORT_BITS = 1024;
/** No bigint of V8 has more. */
const MOST_BITS = 2 ** 30;
/** A decimal digit has less. */
const BITS_PER_DIGIT = 4;
const DIGITS_PER_HEX_DIGIT = Math.log10(16);

/**
 * How many characters a bigint takes, at least; Infinity if these are more than `most`. Of a long one, that is known without its
 * decimal digits, which take long to make.
 */
export function digitsOf(value: bigint, most: number): number {
  if (BigInt.asIntN(SHORT_BITS, value) === value) return value.toString().length;
  const mostBits = Math.min(MOST_BITS + 1, most * BITS_PER_DIGIT);
  if (BigInt.asIntN(mostBits, value) !== value) return Number.POSITIVE_INFINITY;
  return Math.floor((value.toString(16).length - 2) * DIGITS_PER_HEX_DIGIT); // 2: the first digit, and a minus
}
