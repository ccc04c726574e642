import type { Files } from './files.js';
import { checkFreeSpace } from './free-space.js';
import type { Life } from './life.js';
import type { Lives } from './spool-settings.js';

/** The folder in which a queue writes: made when it is needed, and again when somebody has removed it. */
export class OwnLife {
  #life: Life | undefined;

  constructor(
    private readonly lives: Pick<Lives, 'open'>,
    private readonly files: Pick<Files, 'existsSync' | 'statfsSync'>,
    /** So much of the disk is left to others. */
    private readonly minFreeBytes: number | undefined,
    private readonly onFailed: (error: unknown) => void,
  ) {}

  /** `undefined` where none can be made. */
  get(): Life | undefined {
    try {
      this.#life ??= this.lives.open();
    } catch (error) {
      this.onFailed(error);
    }
    return this.#life;
  }

  /** The same, if the disk has room for another file. */
  withRoom(): Life | undefined {
    const life = this.get();
    try {
      if (life !== undefined) checkFreeSpace(this.files, life.path, this.minFreeBytes);
      return life;
    } catch (error) {
      this.onFailed(error);
      return undefined;
    }
  }

  /** Lets go of it where somebody has removed it, and says so. */
  isLost(): boolean {
    const life = this.#life;
    if (life === undefined || this.files.existsSync(life.path)) return false;
    this.close();
    this.onFailed(new Error(`${life.path} was removed`));
    return true;
  }

  close(): void {
    this.#life?.close();
    this.#life = undefined;
  }
}
