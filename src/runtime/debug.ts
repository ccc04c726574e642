import { maskUserInfo } from './redact.js';
import { say } from './stderr.js';

/** Whether `REMOTE_LOGGER_DEBUG` asks for steps. Ask this before you build a step's text, so that steps cost nothing where nobody wants them. */
export let isDebugging = false;

/** Which thread speaks. */
let where = '';

export function setDebugging(on: boolean, thread = ''): void {
  isDebugging = on;
  where = thread && `${thread}: `;
}

/** Says on stderr what the logger does, in a line. Past console and diag, which can lead back to the logger. */
export function step(text: string): void {
  if (isDebugging)
    say(`${new Date().toISOString()} ${where}${maskUserInfo(text).replaceAll(/\s*\n\s*/g, ' ')}`);
}
