import { existsSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { parseEndpoint, URL_RULE } from '../../config/endpoint.js';
import { createRemoteLogger } from '../../logger/create-remote-logger.js';
import type { RemoteLogger } from '../../logger/remote-logger.js';
import { redactUrl } from '../../runtime/redact.js';
import { monotonicNow, setTimeout } from '../../runtime/timers.js';
import { isOpenHere } from '../../spool/life.js';
import { takeFromAllEndpoints } from '../../spool/life-endpoint.js';
import { listLives } from '../../spool/lives.js';
import { counted } from '../words.js';

/** So long it goes on while nothing gets through. */
const STALLED_MILLIS = 30_000;
/** So long it waits for what is settled to be removed. */
const LOOK_MILLIS = 20;

/** What is wrong with a URL to send to, `undefined` if nothing is. */
export const faultOfUrl = (url: string): string | undefined =>
  parseEndpoint(url) === undefined ? `--send must ${URL_RULE}, got "${redactUrl(url)}"` : undefined;

/** Delivers what dead processes left in a directory, and says how that went. Says whether all arrived. */
export async function send(
  directory: string,
  url: string,
  to: Writable,
  stalledMillis = STALLED_MILLIS,
): Promise<boolean> {
  takeFromAllEndpoints();
  // Somebody has said that it is sent, however old it is.
  const logger = createRemoteLogger({ url, spool: { directory, maxAgeMillis: Number.MAX_SAFE_INTEGER } });
  if (!logger.enabled) throw new Error('OTEL_SDK_DISABLED is set, so nothing is sent');
  const isComplete = await deliverAll(logger, directory, stalledMillis);
  const { takenOver = 0, delivered, failed, pending } = await logger.shutdown({ timeoutMillis: 0 });
  const words = [
    `${counted(takenOver, 'record')} taken over`,
    `${delivered} delivered`,
    ...Object.entries(failed).map(([reason, count]) => `${count} failed (${reason})`),
    ...(pending > 0 ? [`${pending} left`] : []),
  ];
  to.write(`${words.join(', ')}\n`);
  return isComplete && Object.keys(failed).length === 0;
}

/** Goes on until nothing is left, or nothing gets through any more. Says whether nothing is left. */
async function deliverAll(logger: RemoteLogger, directory: string, stalledMillis: number): Promise<boolean> {
  let [settled, since] = [0, monotonicNow()];
  while (await isAnythingLeft(logger, directory)) {
    const { takenOver = 0, pending } = logger.stats();
    if (takenOver - pending > settled) [settled, since] = [takenOver - pending, monotonicNow()];
    const leftMillis = since + stalledMillis - monotonicNow();
    if (leftMillis <= 0) return false;
    await logger.flush({ timeoutMillis: Math.ceil(leftMillis) });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
  return true;
}

/** Whether there are orphans, or something that was taken over here, perhaps since the folders were listed. */
async function isAnythingLeft(logger: RemoteLogger, directory: string): Promise<boolean> {
  const lives = await listLives(directory);
  if (logger.stats().pending > 0) return true;
  return lives.some(
    ({ path, state, takenBy }) =>
      state === 'dead' || (takenBy !== undefined && isOpenHere(takenBy)) || !existsSync(path),
  );
}
