import { dirname } from 'node:path';
import { type Files, syncFolder, syncFolderNow, writeAll } from './files.js';

/** A file that is made with what is written first, and grows at its end. */
export class AppendedFile {
  #descriptor: number | undefined;
  #isSyncing = false;
  /** Whether the disk was told to keep its name. */
  #isNameSynced = false;

  constructor(
    private readonly files: Files,
    readonly path: string,
  ) {}

  append(bytes: Buffer, length: number): void {
    this.#descriptor ??= this.files.openSync(this.path, 'ax', 0o600);
    writeAll(this.files, this.#descriptor, bytes, length);
  }

  truncate(length: number): void {
    if (this.#descriptor !== undefined) this.files.ftruncateSync(this.#descriptor, length);
  }

  /** Has the disk keep what is in it, and waits for that. */
  syncNow(): void {
    if (this.#descriptor === undefined) return;
    this.files.fdatasyncSync(this.#descriptor);
    if (!this.#isNameSynced) syncFolderNow(this.files, dirname(this.path));
    this.#isNameSynced = true;
  }

  get isSyncing(): boolean {
    return this.#isSyncing;
  }

  /** The same without waiting. `done` is told when the disk has it, or why not. */
  sync(done: (error: Error | null) => void): void {
    if (this.#descriptor === undefined) return;
    this.#isSyncing = true;
    if (!this.#isNameSynced) syncFolder(this.files, dirname(this.path));
    this.#isNameSynced = true;
    this.files.fdatasync(this.#descriptor, (error) => {
      this.#isSyncing = false;
      done(error);
    });
  }

  /** Not while it is syncing. */
  close(): void {
    if (this.#descriptor !== undefined) this.files.close(this.#descriptor, () => {});
    this.#descriptor = undefined;
  }
}
