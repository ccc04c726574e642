import { join } from 'node:path';
import { AppendFile, orClosed } from './append-file.js';
import { CLOSED, type Commit, commitLine } from './commit.js';
import { type Disk, syncFolder } from './disk.js';

/** The folder with the journal, in that of the records. */
export const JOURNAL = '.journal';

const NAME = /^(\d{8,})\.log$/;

export const logName = (number: number): string => `${String(number).padStart(8, '0')}.log`;

/** The numbers of the journal's files, the oldest first. */
export async function logNumbers(disk: Disk, folder: string): Promise<number[]> {
  const names = await disk.readdir(folder);
  return names.flatMap((name) => (NAME.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
}

/** The file of the journal that is written: a line for each group of payloads. See `commit.ts`. */
export class Journal {
  #bytes = 0;

  private constructor(
    readonly number: number,
    readonly file: AppendFile,
    private readonly isSynced: boolean,
  ) {}

  static async create(disk: Disk, folder: string, number: number, isSynced: boolean): Promise<Journal> {
    const file = await AppendFile.create(disk, join(folder, logName(number)));
    if (isSynced) await orClosed(file, syncFolder(disk, folder));
    return new Journal(number, file, isSynced);
  }

  /** Writes a line, which counts when `keep()` is called. */
  async write(commit: Commit): Promise<void> {
    await this.#append(commitLine(commit));
  }

  /** What was written counts. */
  keep(): void {
    this.file.end += this.#bytes;
    this.#bytes = 0;
  }

  async close(isWell: boolean): Promise<void> {
    try {
      if (isWell) await this.#append(CLOSED);
    } finally {
      await this.file.close();
    }
  }

  async #append(line: string): Promise<void> {
    const bytes = Buffer.from(line, 'latin1');
    this.#bytes = bytes.length;
    await this.file.write(bytes);
    if (this.isSynced) await this.file.sync();
  }
}
