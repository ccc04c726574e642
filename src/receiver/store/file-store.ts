import { statSync } from 'node:fs';
import fs from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Clock, systemClock } from '../../runtime/clock.js';
import { monotonicNow } from '../../runtime/timers.js';
import type { Lines } from '../body/stored-lines.js';
import type { RecordStore, StoredRecord } from '../record-store.js';
import type { Disk } from './disk.js';
import { GroupWriter, StoreUnavailable } from './group-writer.js';
import { hashIn, keyOf } from './idempotency.js';
import { KeyMemory } from './key-memory.js';
import { Opening } from './opening.js';
import { Retention, type RetentionSettings } from './retention.js';
import { type FilesSettings, type Kept, StoreFiles } from './store-files.js';
import { type Current, lastLines, lineAt } from './stored-files.js';

export interface StoreSettings extends FilesSettings, RetentionSettings {
  /** Of the last day, so many `Idempotency-Key`s are remembered at the most. */
  readonly maxKeys: number;
}

/** What became of a payload. `reused`: other records had its key, and it is not stored. */
export type Stored = 'stored' | 'repeated' | 'reused';

type StoreClock = Pick<Clock, 'now' | 'wallNow' | 'setPause'>;

type Listener = (records: readonly StoredRecord[]) => void;

/** Of a payload that is being written. */
interface UnderWay {
  readonly checksum: number;
  readonly written: Promise<void>;
}

const NODE_DISK: Disk = { ...fs, statSync };

/** Keeps records in files, each payload once. */
export class FileStore implements RecordStore {
  readonly directory: string;
  readonly #files: StoreFiles;
  readonly #memory: KeyMemory;
  readonly #writer: GroupWriter;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #listeners = new Set<Listener>();
  readonly #retention: Retention;
  readonly #opening: Opening;

  private constructor(
    settings: StoreSettings,
    private readonly tell: (message: string) => void,
    clock: StoreClock,
    private readonly disk: Disk,
  ) {
    this.directory = resolve(settings.directory);
    this.#memory = new KeyMemory(settings.maxKeys, monotonicNow, (count) => this.#forgot(count));
    const ofFiles = { ...settings, directory: this.directory };
    this.#files = new StoreFiles(ofFiles, disk, this.#memory, () => clock.wallNow(), tell);
    const onKept = (bytes: Buffer, kept: Kept): void => this.#tellOf(bytes, kept);
    this.#writer = new GroupWriter(this.directory, this.#files, clock, onKept, tell);
    const current = (): Current => this.#files.current;
    this.#retention = new Retention(settings, disk, this.directory, current, tell, clock);
    const open = async (): Promise<void> => {
      await this.#files.takeFolder();
      // Before the rest, which may need the room that it makes.
      await this.#retention.start();
      await this.#files.open();
    };
    this.#opening = new Opening(this.directory, open, clock, tell);
  }

  /** Makes the directory if it is not there. Throws where another process has it, or it can't be used, but for a disk that is full. */
  static async open(
    settings: StoreSettings,
    tell: (message: string) => void,
    clock: StoreClock = systemClock,
    disk: Disk = NODE_DISK,
  ): Promise<FileStore> {
    const store = new FileStore(settings, tell, clock, disk);
    await store.#opening.start();
    return store;
  }

  /** Settles when the records are on the disk. Rejects with `StoreUnavailable` where they can't be kept now. */
  async append({ bytes, count, checksum }: Lines, idempotencyKey: string | undefined): Promise<Stored> {
    if (this.#opening.failure !== undefined) throw new StoreUnavailable(this.#opening.failure);
    if (idempotencyKey === undefined) {
      await this.#writer.write({ bytes, count, key: undefined });
      return 'stored';
    }
    const key = keyOf(idempotencyKey, checksum);
    const known = this.#memory.find(key);
    if (known !== undefined) return known === checksum ? 'repeated' : 'reused';
    const underWay = this.#underWay.get(hashIn(key));
    if (underWay === undefined) {
      await this.#writeOnce(hashIn(key), checksum, { bytes, count, key });
      return 'stored';
    }
    if (underWay.checksum !== checksum) return 'reused';
    await underWay.written;
    return 'repeated';
  }

  onStored(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  last(count: number, maxBytes: number): Promise<readonly StoredRecord[]> {
    return lastLines(this.disk, this.directory, this.#files.current, count, maxBytes);
  }

  read(file: string, offset: number): Promise<string | undefined> {
    return lineAt(this.disk, this.directory, this.#files.current, file, offset);
  }

  /** Settles when all that was given to it is on the disk, and its directory is free for another process. */
  async close(): Promise<void> {
    await this.#opening.end();
    this.#retention.end();
    await this.#writer.idle();
    await this.#files.close();
  }

  async #writeOnce(
    hash: string,
    checksum: number,
    payload: { bytes: Buffer; count: number; key: string },
  ): Promise<void> {
    const written = this.#writer.write(payload);
    this.#underWay.set(hash, { checksum, written });
    try {
      await written;
    } finally {
      this.#underWay.delete(hash);
    }
  }

  #tellOf(bytes: Buffer, { file, start }: Kept): void {
    if (this.#listeners.size === 0) return;
    const records: StoredRecord[] = [];
    for (let from = 0; from < bytes.length; ) {
      const to = bytes.indexOf('\n', from);
      records.push({ file, offset: start + from, line: bytes.toString('utf8', from, to) });
      from = to + 1;
    }
    for (const listener of this.#listeners) listener(records);
  }

  #forgot(count: number): void {
    this.tell(
      `${count} Idempotency-Keys are forgotten before a day is over, as there are more than --max-keys`,
    );
  }
}
