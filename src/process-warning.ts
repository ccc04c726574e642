/**
 * Node writes a process warning to stderr, on the next tick. Where nobody reads that any more, the write that fails would end
 * the process: so for that turn there is somebody to hear of it.
 */
export function warnProcess(message: string, code: string): void {
  const { stderr } = process;
  stderr.on('error', ignore);
  process.emitWarning(`otel-remote-logger: ${message}`, { code });
  setImmediate(() => stderr.off('error', ignore));
}

const ignore = (): void => {};
