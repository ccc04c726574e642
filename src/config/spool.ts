import type { SpoolOptions, SpoolSync } from '../types/options.js';
import { type Env, pick, pickGroup } from './pick.js';
import { isObject, isPath, wrongOption } from './rules.js';
import { SPOOL, SPOOL_DIRECTORY } from './settings.js';

/** A queue on disk. */
export interface SpoolConfig {
  readonly directory: string;
  readonly maxBytes: number;
  readonly sync: SpoolSync;
  readonly maxDeadLetterBytes: number;
  /** `Infinity` for none. */
  readonly maxAgeMillis: number;
  /** `undefined` for a share of the disk. */
  readonly minFreeBytes: number | undefined;
  readonly segmentBytes: number;
}

const IS_PATH_OR_OPTIONS = { must: 'be the path of a directory, or an object with it', shows: false };

/** `undefined` where the queue is in memory alone. */
export function resolveSpool(option: string | SpoolOptions | undefined, env: Env): SpoolConfig | undefined {
  if (option !== undefined && !isPath.accepts(option) && !isObject().accepts(option)) {
    throw wrongOption('spool', IS_PATH_OR_OPTIONS, option);
  }
  const { directory: given, ...rest } = typeof option === 'object' ? option : { directory: option };
  const directory = pick(env, 'spool.directory', given, SPOOL_DIRECTORY);
  const limits = pickGroup(env, 'spool', rest, SPOOL);
  return directory === undefined ? undefined : { directory, ...limits };
}
