/** A record in a file of the store. */
export interface StoredRecord {
  /** The name of its file, such as `2026-11-26T15.ndjson`. */
  readonly file: string;
  /** Where its line begins, in bytes. */
  readonly offset: number;
  /** Its line, without the end of line: its JSON text, with the time of its arrival. */
  readonly line: string;
}

/** What keeps records. */
export interface RecordStore {
  /** Where the files are. */
  readonly directory: string;
  /** Tells of records as soon as they are kept, in the order of the files. Gives what ends that. */
  onStored(listener: (records: readonly StoredRecord[]) => void): () => void;
  /** The last records, at most so many and so many bytes of them, the oldest first. */
  last(count: number, maxBytes: number): Promise<readonly StoredRecord[]>;
  /** The line that begins there; `undefined` if there is none. */
  read(file: string, offset: number): Promise<string | undefined>;
}
