import { closeSync, openSync, readSync } from 'node:fs';
import { type Fields, Learning } from './fields.js';
import { isGzipped, type RecordFile } from './files.js';
import { beginningOf } from './read-file.js';

/** Up to so many bytes, every line is looked at; of more, pieces that lie evenly over all files. */
const MAX_SAMPLE_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;
/** Records of a service, compressed, are about as many times smaller. */
const GZIP_RATIO = 10;

/** What there is of fields. Some that are rare may be missing where the files are larger than the sample. */
export async function learnFields(
  files: readonly RecordFile[],
  maxSampleBytes = MAX_SAMPLE_BYTES,
): Promise<Fields> {
  const learning = new Learning();
  const total = files.reduce((sum, file) => sum + weightOf(file), 0);
  const share = Math.min(1, maxSampleBytes / total);
  for (const file of files) {
    if (isGzipped(file.path)) {
      const bytes = share === 1 ? maxSampleBytes : Math.ceil(weightOf(file) * share);
      learnLines(learning, await beginningOf(file.path, bytes));
    } else learnPieces(learning, file, share);
  }
  return learning.fields;
}

const weightOf = ({ path, bytes }: RecordFile): number => bytes * (isGzipped(path) ? GZIP_RATIO : 1);

function learnPieces(learning: Learning, { path, bytes }: RecordFile, share: number): void {
  const fd = openSync(path, 'r');
  try {
    for (const [from, length] of piecesOf(bytes, share)) {
      const piece = Buffer.allocUnsafe(length);
      learnLines(learning, piece.subarray(0, readSync(fd, piece, 0, length, from)));
    }
  } finally {
    closeSync(fd);
  }
}

/** Where to read in a file: its beginning, its end, and between. */
function piecesOf(bytes: number, share: number): (readonly [from: number, length: number])[] {
  if (share === 1) return [[0, bytes]];
  const count = Math.max(2, Math.ceil((bytes * share) / PIECE_BYTES));
  const length = Math.min(bytes, Math.max(4096, Math.floor((bytes * share) / count)));
  const step = (bytes - length) / (count - 1);
  return Array.from({ length: count }, (_, index) => [Math.floor(index * step), length]);
}

/** A piece that begins or ends in the middle of a line has parts of lines there, which are no JSON. */
function learnLines(learning: Learning, piece: Buffer): void {
  for (const line of piece.toString('utf8').split('\n')) if (line.startsWith('{')) learning.line(line);
}
