const STDERR = 2;

/**
 * Writes a line to stderr, but not by process.stderr: that can be closed or replaced, and may throw later. `node:fs` is not imported, as
 * that would load its promises, too, at each start, though a service may never write a line here.
 */
export function say(message: string): void {
  try {
    process.getBuiltinModule('node:fs').writeSync(STDERR, `otel-remote-logger: ${message}\n`);
  } catch {
    // There is nowhere left to say it.
  }
}
