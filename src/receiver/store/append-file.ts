import type { FileHandle } from 'node:fs/promises';
import type { Disk } from './disk.js';

/** A file that this process alone writes, at its end. */
export class AppendFile {
  private constructor(
    private readonly disk: Disk,
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly inode: number,
    /** Where what counts ends. What lies beyond was written in part, or is being written. */
    public end: number,
  ) {}

  /** Makes it. Throws if it is there. */
  static create(disk: Disk, path: string): Promise<AppendFile> {
    return AppendFile.#open(disk, path, 'ax');
  }

  static reopen(disk: Disk, path: string): Promise<AppendFile> {
    return AppendFile.#open(disk, path, 'a');
  }

  static async #open(disk: Disk, path: string, flags: string): Promise<AppendFile> {
    const handle = await disk.open(path, flags, 0o600);
    try {
      const { ino, size } = await handle.stat();
      return new AppendFile(disk, path, handle, ino, size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Writes all of it behind the end, which stays where it is. */
  async write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done);
      if (bytesWritten === 0) throw new Error('the disk takes nothing');
      done += bytesWritten;
    }
  }

  sync(): Promise<void> {
    return this.handle.datasync();
  }

  /** Whether it has a name, of whatever kind. A file that somebody has removed takes what is written to it, and nobody finds it again. */
  async hasName(): Promise<boolean> {
    return (await this.handle.stat()).nlink > 0;
  }

  /** Whether it is still there, by its name. */
  get isThere(): boolean {
    return this.disk.statSync(this.path, { throwIfNoEntry: false })?.ino === this.inode;
  }

  /** Whether it is there, as it was left. */
  get isAsLeft(): boolean {
    const found = this.disk.statSync(this.path, { throwIfNoEntry: false });
    return found?.ino === this.inode && found.size === this.end;
  }

  /** Cuts off what lies beyond the end. */
  async cut(): Promise<void> {
    await this.handle.truncate(this.end);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Waits for what a file needs before it can be used, and closes the file if that fails. */
export async function orClosed(file: AppendFile, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    await file.close();
    throw error;
  }
}
