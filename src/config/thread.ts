import { warnOfSettings } from '../runtime/warnings.js';
import type { RemoteLogRecordExporterOptions } from '../types/options.js';
import { wrongOption } from './rules.js';

/** A dispatcher is an object of this thread, which no other can use. */
export function mayHaveThread({ thread, dispatcher }: RemoteLogRecordExporterOptions): boolean {
  if (dispatcher === undefined) return true;
  if (thread)
    throw wrongOption('thread', { must: 'be false where there is a dispatcher', shows: true }, thread);
  warnOfSettings('REMOTE_LOGGER_THREAD must be false where there is a dispatcher, got "true"; using false');
  return false;
}
