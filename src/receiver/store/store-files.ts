import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { lockDirectory } from '../../files/directory-lock.js';
import type { Lock } from '../../files/lock.js';
import { AppendFile, orClosed } from './append-file.js';
import { type Disk, isFull, syncFolder } from './disk.js';
import { hourIn, hourOf, newName } from './file-names.js';
import { JOURNAL, Journal, logName } from './journal.js';
import type { KeyMemory } from './key-memory.js';
import { recover } from './recover.js';

export interface FilesSettings {
  readonly directory: string;
  /** Whether the disk has to keep what is written before it counts. */
  readonly isSynced: boolean;
  /** A file that has so many bytes is followed by another one. */
  readonly maxFileBytes: number;
}

/** Where a group of payloads is. */
export interface Kept {
  readonly file: string;
  readonly start: number;
}

/** The files of a store that are written: one with records, and one of the journal, under a lock. */
export class StoreFiles {
  readonly #journalFolder: string;
  #lock: Lock | undefined;
  /** Of the journal's folder. */
  #inode: number | undefined;
  #number = 0;
  #journal: Journal | undefined;
  #data: { readonly name: string; readonly file: AppendFile } | undefined;
  /** The last name of a file with records. It is not given again, wherever somebody has moved that file. */
  #last: string | undefined;
  /** Whether something may have been written that does not count. */
  #isTorn = false;

  constructor(
    private readonly settings: FilesSettings,
    private readonly disk: Disk,
    private readonly memory: KeyMemory,
    private readonly wallNow: () => number,
    private readonly tell: (message: string) => void,
  ) {
    this.#journalFolder = join(settings.directory, JOURNAL);
  }

  /** The file that is written, and where what counts in it ends. */
  get current(): { readonly name: string; readonly end: number } | undefined {
    return this.#data && { name: this.#data.name, end: this.#data.file.end };
  }

  /** Makes the folder and takes its lock. Later, somebody may have removed it, or put another one in its place. */
  async takeFolder(): Promise<void> {
    const { disk } = this;
    if (
      this.#inode !== undefined &&
      disk.statSync(this.#journalFolder, { throwIfNoEntry: false })?.ino === this.#inode
    )
      return;
    await disk.mkdir(this.#journalFolder, { recursive: true, mode: 0o700 });
    this.#lock?.release();
    this.#lock = process.platform === 'win32' ? undefined : await lockDirectory(this.#journalFolder);
    if (this.#lock === undefined && process.platform !== 'win32')
      throw new Error(
        `another process has ${this.settings.directory}: a receiver needs a directory of its own`,
      );
    this.#inode = disk.statSync(this.#journalFolder).ino;
  }

  /** Goes on where the process before has left off. Where it fails, it can be called again. */
  async open(): Promise<void> {
    const { directory } = this.settings;
    this.memory.clear();
    const found = await recover(this.disk, directory, this.#journalFolder, this.memory, this.tell);
    this.#number = found.number;
    this.#last = found.last;
    const journal = await this.#beginJournal();
    if (found.file !== undefined) await this.#goOnWith(journal, found.file, found.end);
  }

  /** Writes a group of payloads to both files. It counts when this has come to its end, and not at all where it fails. */
  async write(bytes: Buffer, keys: readonly string[]): Promise<Kept> {
    const { name: file, file: data, journal } = await this.#ready(bytes.length);
    const start = data.end;
    const end = start + bytes.length;
    this.#isTorn = true;
    const results = await Promise.allSettled([
      data.write(bytes).then(() => (this.settings.isSynced ? data.sync() : undefined)),
      journal.write({ file, start, end, checksum: crc32(bytes), keys }),
    ]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    // A file that was moved has what it was given, and the next group goes to another one.
    if (!(await data.hasName())) throw new Error(`${data.path} was removed`);
    if (!journal.file.isThere) throw new Error(`${journal.file.path} was removed`);
    data.end = end;
    journal.keep();
    this.memory.add(keys);
    this.#isTorn = false;
    return { file, start };
  }

  async close(): Promise<void> {
    try {
      await this.#mend();
      await this.#journal?.close(true);
      await this.#data?.file.close();
    } finally {
      this.#lock?.release();
    }
  }

  async #ready(bytes: number): Promise<{ name: string; file: AppendFile; journal: Journal }> {
    await this.takeFolder();
    await this.#mend();
    await this.#leaveWhatIsOver(bytes);
    const journal = this.#journal ?? (await this.#beginJournal());
    const data = this.#data ?? (await this.#beginData(journal));
    return { ...data, journal };
  }

  /** Cuts off what does not count. */
  async #mend(): Promise<void> {
    if (!this.#isTorn) return;
    await this.#data?.file.cut();
    if (this.#journal?.file.isThere) await this.#journal.file.cut();
    this.#isTorn = false;
  }

  async #leaveWhatIsOver(bytes: number): Promise<void> {
    const [journal, data] = [this.#journal, this.#data];
    if (journal !== undefined && (!journal.file.isAsLeft || this.memory.isPartOver)) {
      this.#journal = undefined;
      await journal.close(false);
    }
    if (data !== undefined && (!data.file.isAsLeft || this.#isOver(data, bytes))) {
      this.#data = undefined;
      await data.file.close();
    }
    for (const number of this.memory.forget())
      await this.disk.unlink(join(this.#journalFolder, logName(number))).catch(() => {});
  }

  #isOver({ name, file: { end } }: { name: string; file: AppendFile }, bytes: number): boolean {
    const isFull = end > 0 && end + bytes > this.settings.maxFileBytes;
    return isFull || hourIn(name) !== hourOf(this.wallNow());
  }

  async #beginJournal(): Promise<Journal> {
    const { disk, settings } = this;
    const journal = await Journal.create(disk, this.#journalFolder, ++this.#number, settings.isSynced);
    this.memory.begin(journal.number);
    try {
      if (this.#data !== undefined) await this.#note(journal, this.#data.name, this.#data.file.end);
    } catch (error) {
      await journal.close(false);
      throw error;
    }
    this.#journal = journal;
    return journal;
  }

  /** The journal names a file before the file is there: what is in it without counting would be taken for records otherwise. */
  async #beginData(journal: Journal): Promise<{ name: string; file: AppendFile }> {
    const { directory, isSynced } = this.settings;
    const there = await this.disk.readdir(directory);
    const name = newName(hourOf(this.wallNow()), this.#last === undefined ? there : [...there, this.#last]);
    await this.#note(journal, name, 0);
    const file = await AppendFile.create(this.disk, join(directory, name));
    this.#last = name;
    if (isSynced) await orClosed(file, syncFolder(this.disk, directory));
    this.#data = { name, file };
    return this.#data;
  }

  async #goOnWith(journal: Journal, name: string, end: number): Promise<void> {
    const path = join(this.settings.directory, name);
    if (this.disk.statSync(path, { throwIfNoEntry: false })?.size !== end) return;
    try {
      await this.#note(journal, name, end);
      this.#data = { name, file: await AppendFile.reopen(this.disk, path) };
    } catch (error) {
      // The next group begins another file, when there is room.
      if (!isFull(error)) throw error;
    }
  }

  async #note(journal: Journal, file: string, end: number): Promise<void> {
    this.#isTorn = true;
    await journal.write({ file, start: end, end, checksum: 0, keys: [] });
    journal.keep();
    this.#isTorn = false;
  }
}
