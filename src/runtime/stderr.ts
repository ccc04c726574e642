const STDERR = 2;

/**
 * A line on stderr, past process.stderr, which can be closed or replaced, and then throws at a time of its own choosing.
 * `node:fs` is not imported, as that would load its promises too, at the start of a service that may never have a word to
 * say here.
 */
export function say(message: string): void {
  try {
    process.getBuiltinModule('node:fs').writeSync(STDERR, `otel-remote-logger: ${message}\n`);
  } catch {
    // There is nowhere left to say it.
  }
}
