import type { Censor } from '../types/options.js';

/** What becomes of a value that is found. */
export interface Rule {
  /** Of several rules that find a value, the first counts. */
  readonly order: number;
  readonly censor: Censor;
  /** Whether the field is left out. */
  readonly removes: boolean;
}

/** In the place of a value, by default, and wherever a censor fails. */
export const CENSORED = '[Redacted]';
