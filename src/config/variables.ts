import { misspelt } from '../runtime/nearest.js';
import { warnOfSettings } from '../runtime/warnings.js';
import type { Env } from './pick.js';

const PREFIX = 'REMOTE_LOGGER_';

const VARIABLES = [
  'REMOTE_LOGGER_URL',
  'REMOTE_LOGGER_HEADERS',
  'REMOTE_LOGGER_FLUSH_ON_SIGNALS',
  'REMOTE_LOGGER_FORMAT',
  'REMOTE_LOGGER_COMPRESSION',
  'REMOTE_LOGGER_TIMEOUT',
  'REMOTE_LOGGER_THREAD',
  'REMOTE_LOGGER_DEBUG',
  'REMOTE_LOGGER_SPOOL',
  'REMOTE_LOGGER_SPOOL_MAX_BYTES',
  'REMOTE_LOGGER_SPOOL_SYNC',
  'REMOTE_LOGGER_REDACT',
];

/**
 * Warns of variables whose names are almost one of ours, which would otherwise be ignored in silence. Other names with our prefix may be set
 * by others: for a service that is called remote-logger, Kubernetes sets `REMOTE_LOGGER_PORT` and more.
 */
export function warnOfMisspelt(env: Env): void {
  for (const name of Object.keys(env)) {
    if (!name.toUpperCase().startsWith(PREFIX) || VARIABLES.includes(name) || !env[name]) continue;
    const meant = misspelt(name, VARIABLES);
    if (meant !== undefined) warnOfSettings(`there is no variable ${name}; did you mean ${meant}?`);
  }
}
