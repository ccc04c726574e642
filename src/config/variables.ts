import { misspelt } from '../runtime/nearest.js';
import { warnOfSettings } from '../runtime/warnings.js';
import type { Env, Setting } from './pick.js';
import {
  DEBUG,
  DELIVERY,
  flushOnSignals,
  INTAKE,
  OF_LOGGER,
  RETRY,
  SPOOL,
  SPOOL_DIRECTORY,
} from './settings.js';

const PREFIX = 'REMOTE_LOGGER_';

const NAMED = [
  ...[DELIVERY, RETRY, OF_LOGGER, SPOOL, INTAKE].flatMap((settings) => Object.values(settings)),
  ...[DEBUG, SPOOL_DIRECTORY, flushOnSignals([])],
].map(({ variable = '' }: Setting<unknown>) => variable);

/** The names that are ours, and not OpenTelemetry's. */
export const VARIABLES: readonly string[] = [
  'REMOTE_LOGGER_URL',
  'REMOTE_LOGGER_HEADERS',
  'REMOTE_LOGGER_REDACT',
  ...NAMED.filter((name) => name.startsWith(PREFIX)),
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
