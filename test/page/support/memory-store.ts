import type { RecordStore, StoredRecord } from '../../../src/receiver/record-store.js';

const FILE = '2026-11-26T15.ndjson';

/** Keeps records in memory, as if they were in one file. */
export class MemoryStore implements RecordStore {
  readonly directory = '/nowhere';
  readonly #listeners = new Set<(records: readonly StoredRecord[]) => void>();
  #records: StoredRecord[] = [];
  #end = 0;

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Stores records, each as an object or as its JSON text. */
  add(...records: readonly (object | string)[]): void {
    const stored = records.map((record) => this.#stored(record));
    this.#records.push(...stored);
    for (const listener of this.#listeners) listener(stored);
  }

  /** Keeps the last records alone. */
  keep(count: number): void {
    this.#records = this.#records.slice(-count);
  }

  onStored(listener: (records: readonly StoredRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async last(count: number, maxBytes: number): Promise<readonly StoredRecord[]> {
    const last = this.#records.slice(-count);
    let bytes = 0;
    const fits = last.findLastIndex(({ line }) => {
      bytes += Buffer.byteLength(line);
      return bytes > maxBytes;
    });
    return last.slice(fits + 1);
  }

  async read(file: string, offset: number): Promise<string | undefined> {
    return this.#records.find((record) => record.file === file && record.offset === offset)?.line;
  }

  #stored(record: object | string): StoredRecord {
    const line = typeof record === 'string' ? record : JSON.stringify(record);
    const stored = { file: FILE, offset: this.#end, line };
    this.#end += Buffer.byteLength(line) + 1;
    return stored;
  }
}
