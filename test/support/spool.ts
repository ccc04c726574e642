import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chunk } from '../../src/queue/chunk.js';
import type { QueueSettings } from '../../src/queue/queue-settings.js';
import { DiskHealth } from '../../src/spool/disk-health.js';
import type { Files } from '../../src/spool/files.js';
import type { Life } from '../../src/spool/life.js';
import { SpoolQueue } from '../../src/spool/spool-queue.js';
import type { SpoolSettings } from '../../src/spool/spool-settings.js';
import { textsOf } from './chunks.js';
import { FakeClock, turn } from './fake-clock.js';

/** A directory of its own, which goes with the test. */
export function tempDirectory(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'spool-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

let prefixes = 0;
const newKeyPrefix = (): string => `${String(prefixes++).padStart(8, '0')}-0000-8000`;

/** Lives of a directory, all in this process. */
export class Lives {
  readonly #alive = new Set<string>();
  #count = 0;

  constructor(readonly directory: string) {}

  open(): Life {
    let path = this.#next();
    while (existsSync(path)) path = this.#next();
    mkdirSync(path, { recursive: true });
    return this.#own(path);
  }

  #next(): string {
    return join(this.directory, `life-${++this.#count}`);
  }

  async takeOverDead(): Promise<Life[]> {
    const folders = readdirSync(this.directory).filter((name) => name.startsWith('life-'));
    return folders
      .map((name) => join(this.directory, name))
      .filter((path) => !this.#alive.has(path))
      .map((path) => this.#own(path));
  }

  /** Everybody dies. */
  killAll(): void {
    this.#alive.clear();
  }

  #own(path: string): Life {
    this.#alive.add(path);
    const close = (): void => {
      this.#alive.delete(path);
      if (existsSync(path) && readdirSync(path).every((name) => name.endsWith('.settled'))) {
        rmSync(path, { recursive: true });
      }
    };
    return { id: path, path, close };
  }
}

/** A spool, and what it tells. */
export class TestSpool {
  readonly queue: SpoolQueue;
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly keyPrefix = newKeyPrefix();
  takenOver = 0;
  damaged = 0;
  readonly damagedPaths: string[] = [];
  readonly expired: string[] = [];
  readables = 0;

  constructor(
    readonly lives: Lives,
    settings: Partial<SpoolSettings & QueueSettings> = {},
    files?: Files,
  ) {
    const { directory } = lives;
    const tell = (message: string): void => void this.said.push(message);
    this.queue = new SpoolQueue(
      {
        separator: '\n',
        isShared: false,
        keyPrefix: this.keyPrefix,
        newKeyPrefix,
        directory,
        maxDiskBytes: 1e9,
        maxRecords: 1e9,
        minFreeBytes: 0,
        maxAgeMillis: Number.POSITIVE_INFINITY,
        sync: 'never',
        format: 'object',
        ...settings,
      },
      {
        tookOver: (count) => {
          this.takenOver += count;
        },
        damaged: (count, path) => {
          this.damaged += count;
          this.damagedPaths.push(path);
        },
        expired: (chunk) => {
          this.expired.push(...textsOf(chunk));
          this.queue.settle(chunk, 0, chunk.length, true);
        },
        readable: () => this.readables++,
      },
      lives,
      this.clock,
      files,
      new DiskHealth(directory, this.clock, tell),
    );
  }

  append(...records: string[]): number[] {
    return records.map((record) => this.queue.append(record, 1e9));
  }

  read(most = 1e9): Chunk {
    return this.queue.read(most) as Chunk;
  }

  /** All that can be read. */
  readAll(most = 1e9): Chunk[] {
    const chunks: Chunk[] = [];
    for (let chunk = this.queue.read(most); chunk; chunk = this.queue.read(most)) chunks.push(chunk);
    return chunks;
  }

  texts(): string[] {
    return this.readAll().flatMap(textsOf);
  }

  /** Takes over what there is. */
  async start(): Promise<this> {
    this.queue.start();
    for (let turns = 0; turns < 100; turns++) await turn();
    return this;
  }

  /** Its process dies, at the end of a turn of the event loop. */
  die(): void {
    this.queue.write();
    this.lives.killAll();
  }
}
