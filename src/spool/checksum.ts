import type { crc32 } from 'node:zlib';

/** Longer ranges are summed by native code. To call it costs as much as the sum over a record of this size. */
const LEAST_NATIVE_BYTES = 512;

let native: typeof crc32 | undefined;

/** The CRC-32 of zlib. Loaded when it is needed: it would take time on the way to an application's first line. */
export function checksumOf(bytes: string | Uint8Array): number {
  native ??= process.getBuiltinModule('node:zlib').crc32;
  return native(bytes);
}

/** The same of a range, eight bytes at a time. */
export function checksumIn(view: DataView, from: number, to: number): number {
  if (to - from >= LEAST_NATIVE_BYTES)
    return checksumOf(new Uint8Array(view.buffer, view.byteOffset + from, to - from));
  let sum = -1;
  let at = from;
  for (; at + 8 <= to; at += 8)
    sum = sumOfFour(sum ^ view.getInt32(at, true), 4) ^ sumOfFour(view.getInt32(at + 4, true), 0);
  for (; at < to; at++) sum = sumOf(sum ^ view.getUint8(at), 0) ^ (sum >>> 8);
  return ~sum >>> 0;
}

const sumOfFour = (bytes: number, behind: number): number =>
  sumOf(bytes, behind + 3) ^
  sumOf(bytes >>> 8, behind + 2) ^
  sumOf(bytes >>> 16, behind + 1) ^
  sumOf(bytes >>> 24, behind);

/** Of the lowest byte, with so many bytes behind it. */
const sumOf = (byte: number, behind: number): number => SUMS[(behind << 8) | (byte & 0xff)] ?? 0;

const POLYNOMIAL = 0xedb88320;
const SUMS = new Int32Array(8 * 256);
for (let byte = 0; byte < 256; byte++) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? POLYNOMIAL ^ (sum >>> 1) : sum >>> 1;
  SUMS[byte] = sum;
}
for (let at = 256; at < SUMS.length; at++) {
  const before = SUMS[at - 256] ?? 0;
  SUMS[at] = (SUMS[before & 0xff] ?? 0) ^ (before >>> 8);
}
