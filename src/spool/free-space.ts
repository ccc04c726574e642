import type { Files } from './files.js';

/** What is left to others where nothing is set: a share of the disk, as journald has it, but no more than so much of a large one. */
const SHARE = 1 / 20;
const MOST_SHARE_BYTES = 256 * 1024 * 1024;

/** Throws where less of a disk is free than is to be left to others: `minBytes`, or a share of it. */
export function checkFreeSpace(
  files: Pick<Files, 'statfsSync'>,
  directory: string,
  minBytes: number | undefined,
): void {
  if (minBytes === 0) return;
  const { bavail, blocks, bsize } = files.statfsSync(directory);
  if (blocks === 0) return; // some file systems don't tell
  const free = bavail * bsize;
  const least = minBytes ?? Math.min(blocks * bsize * SHARE, MOST_SHARE_BYTES);
  if (free < least)
    throw new Error(
      `${free} bytes of the disk are free, and ${Math.round(least)} are left to others; spool.minFreeBytes`,
    );
}
