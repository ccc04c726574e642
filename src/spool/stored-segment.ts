import type { Backing, Content } from '../queue/backing.js';
import type { Range } from '../queue/cuts.js';
import type { Memory } from '../queue/memory.js';
import type { Segment } from '../queue/segment.js';
import { DAMAGED } from '../queue/states.js';
import { codeOf } from '../runtime/foreign.js';
import { contentOf } from './content.js';
import { appendTo, type Files, keepAside, readFile, unlinkIfThere } from './files.js';
import { scanSegment, settledName } from './segment-file.js';
import { NO_RANGES, type Ranges, rangeLine } from './settled-file.js';

/** What the segments of a spool share. */
export interface Shared {
  readonly files: Files;
  /** Where damaged files are kept aside. */
  readonly asideFolder: string;
  readonly separator: number;
  readonly isShared: boolean;
  /** Where files are read. */
  readonly reading: Buffer;
  /** Bytes of the segments' files. */
  diskBytes: number;
  /** Of records whose memory was let go. */
  unloadedBytes: number;
  /** A segment could not be read now, for lack of something. */
  postponed(): void;
  /** To be asked, soon, to write down what is settled. */
  settledSome(stored: StoredSegment): void;
  failed(error: unknown): void;
}

/** Of these, the process or the machine has too few now, and the file may well be whole. */
const PASSING: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);

const NOTHING = { indexes: [], starts: [], ends: [], isOfOtherVersion: false };

/** The files of a segment: its records, and what of them is settled. */
export class StoredSegment<S extends Shared = Shared> implements Backing {
  /** In memory. */
  segment: Segment | undefined;
  /** Of its file with records. */
  protected bytes = 0;
  #ranges: Ranges;
  #isDirty = false;
  #isDamaged = false;
  #isGone = false;

  constructor(
    protected readonly shared: S,
    readonly path: string,
    ranges: Ranges = NO_RANGES,
    bytes = 0,
    /** Is told when its files are gone. */
    private readonly onGone = (): void => {},
  ) {
    this.#ranges = ranges;
    this.bytes = bytes;
    shared.diskBytes += bytes;
  }

  /** How many of its records outlive this process. */
  get kept(): number {
    return this.inFile;
  }

  /** How many of its records are in its file. */
  protected get inFile(): number {
    return this.segment?.length ?? 0;
  }

  added(_bytes: number): void {}
  sealed(): void {}

  cut(range: Range): void {
    this.#ranges = { ...this.#ranges, cuts: [...this.#ranges.cuts, range] };
    this.#note(rangeLine('cut', range.from, range.to));
  }

  settled(_index: number, _bytes: number): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.shared.settledSome(this);
  }

  writeSettled(): void {
    this.#isDirty = false;
    if (this.#isGone) return;
    const ranges = this.segment?.takeSettled() ?? [];
    const lines = ranges
      .filter(({ from }) => from < this.inFile)
      .map(({ from, to }) => rangeLine('settled', from, Math.min(to, this.inFile)));
    this.#note(lines.join(''));
  }

  /** The records first: what is settled of none is of no use to anybody, and the other way round they would be sent again. */
  emptied(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.shared.diskBytes -= this.bytes;
    const { files, asideFolder } = this.shared;
    try {
      if (this.#isDamaged && files.existsSync(this.path)) keepAside(files, asideFolder, this.path);
      unlinkIfThere(files, this.path);
      unlinkIfThere(files, settledName(this.path));
    } catch (error) {
      this.shared.failed(error);
    }
    this.onGone();
  }

  /** Lets go of its memory, and gives it back. */
  unload(): Memory | undefined {
    this.shared.unloadedBytes += this.segment?.unsettledBytes ?? 0;
    return this.segment?.unload();
  }

  load(): Content | undefined {
    const { files, separator, isShared } = this.shared;
    const length = this.segment?.length ?? 0;
    try {
      const file = readFile(files, this.path, this.shared.reading);
      const scan = scanSegment(file);
      const whole = scan.isOfOtherVersion ? NOTHING : scan;
      return this.#noted(contentOf(file, whole, length, this.#ranges, separator, isShared));
    } catch (error) {
      if (error instanceof RangeError || PASSING.has(codeOf(error))) {
        this.shared.postponed();
        return undefined;
      }
      // What can't be read is lost like what is damaged.
      return this.#noted(contentOf(EMPTY, NOTHING, length, this.#ranges, separator, isShared));
    }
  }

  #noted(content: Content): Content {
    this.#isDamaged = content.states.includes(DAMAGED);
    this.shared.unloadedBytes -= this.segment?.unsettledBytes ?? 0;
    return content;
  }

  #note(lines: string): void {
    if (lines === '' || this.inFile === 0) return;
    try {
      // A line that was torn before must not spoil this one.
      appendTo(this.shared.files, settledName(this.path), `\n${lines}`);
    } catch (error) {
      this.shared.failed(error);
    }
  }
}

const EMPTY = Buffer.alloc(0);
