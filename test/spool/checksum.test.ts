import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checksumIn, checksumOf } from '../../src/spool/checksum.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 500);

it('is the CRC-32 of zlib, of ranges of any length at any place', () => {
  const memory = fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' });
  fc.assert(
    fc.property(memory, fc.nat(20), fc.nat(20), (bytes, before, behind) => {
      const from = Math.min(before, bytes.length);
      const to = Math.max(from, bytes.length - behind);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      expect(checksumIn(view, from, to)).toBe(crc32(bytes.subarray(from, to)));
      expect(checksumOf(bytes)).toBe(crc32(bytes));
    }),
    { numRuns },
  );
});
