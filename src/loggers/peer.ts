import { codeOf } from '../runtime/foreign.js';

/** Loads an optional peer dependency. Throws an Error that says what to install where it is missing. */
export function needPeer<T>(name: string, entry: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(
      `otel-remote-logger: ${entry} needs ${name}, which is not installed: npm install ${name}`,
      {
        cause: error,
      },
    );
  }
}
