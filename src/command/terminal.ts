import type { Writable } from 'node:stream';

/**
 * What a terminal obeys, or what changes how a line is read: controls but the tab and ends of lines, marks of direction, and the separators
 * of Unicode.
 */
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\r(?!\n)/g;

/** A text that others have written, for people: such characters as escapes. To those who read it as JSON, it says the same. */
export const forTerminal = (text: string): string =>
  text.replaceAll(OBEYED, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same, without ends of lines. */
export const inOneLine = (text: string): string => forTerminal(text.replaceAll(/[\t\r\n]+/g, ' '));

/** Data for whoever reads the stream: a program gets it as it is. */
export const dataFor = (to: Writable, text: string): string =>
  (to as { readonly isTTY?: boolean }).isTTY === true ? forTerminal(text) : text;

/** Says something to people, in a line of its own. */
export function tell(stderr: Writable, message: string): void {
  stderr.write(`otel-remote-logger: ${forTerminal(message)}\n`);
}
