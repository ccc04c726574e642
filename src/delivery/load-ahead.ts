import { loadSpool } from '../spool/open-spool.js';

/** Loads what takes part in `log()`, with a queue on disk if there will be one. */
export function loadAhead(hasSpool: boolean): void {
  if (hasSpool) loadSpool();
}
