/**
 * How large the window of a Brotli stream is: as much is inflated ahead. Its first byte says so (RFC 7932, 9.1), from the lowest bit on: a bit, three more
 * if that is set, and another three if those are 0.
 */
export function brotliWindowBytes(first: number): number {
  if ((first & 1) === 0) return 2 ** 16;
  const large = (first >> 1) & 7;
  if (large > 0) return 2 ** (17 + large);
  const small = (first >> 4) & 7;
  return 2 ** (small === 0 ? 17 : 8 + small);
}
