import { closeSync, openSync, readSync } from 'node:fs';
import { type Fields, Learning } from './fields.js';
import type { RecordFile } from './files.js';

/** Up to so many bytes, every line is looked at; of more, pieces that lie evenly over all files. */
const MAX_SAMPLE_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

/** What there is of fields. Some that are rare may be missing where the files are larger than the sample. */
export function learnFields(files: readonly RecordFile[], maxSampleBytes = MAX_SAMPLE_BYTES): Fields {
  const learning = new Learning();
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = Math.min(1, maxSampleBytes / total);
  for (const { path, bytes } of files) {
    const fd = openSync(path, 'r');
    try {
      for (const [from, length] of piecesOf(bytes, share)) learnPiece(learning, fd, from, length);
    } finally {
      closeSync(fd);
    }
  }
  return learning.fields;
}

/** Where to read in a file: its beginning, its end, and between. */
function piecesOf(bytes: number, share: number): (readonly [from: number, length: number])[] {
  if (share === 1) return [[0, bytes]];
  const count = Math.max(2, Math.ceil((bytes * share) / PIECE_BYTES));
  const length = Math.min(bytes, Math.max(4096, Math.floor((bytes * share) / count)));
  const step = (bytes - length) / (count - 1);
  return Array.from({ length: count }, (_, index) => [Math.floor(index * step), length]);
}

function learnPiece(learning: Learning, fd: number, from: number, length: number): void {
  const bytes = Buffer.allocUnsafe(length);
  const read = readSync(fd, bytes, 0, length, from);
  const lines = bytes.toString('utf8', 0, read).split('\n');
  // A piece that begins or ends in the middle of a line has parts of lines there, which are no JSON.
  for (const line of lines) if (line.startsWith('{')) learning.line(line);
}
