import { textOf } from '../runtime/foreign.js';

/** What the user has done wrong. */
export class UsageError extends Error {}

/** Gives what `parse` makes of the words of a command with `parseArgs`, and throws a `UsageError` where it throws. */
export function words<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // What Node says behind its first sentence is about its own rules.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : textOf(error));
  }
}
