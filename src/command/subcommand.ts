import type { Writable } from 'node:stream';

/** Where a command writes. */
export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export const DONE = 0;
export const INCOMPLETE = 1;
export const WRONG_USAGE = 2;

/** `otel-remote-logger <name>`. A file of its own, loaded when it is asked for. */
export interface Subcommand {
  /** What `otel-remote-logger <name> --help` prints. */
  readonly usage: string;
  /** Gives the exit code. Throws a `UsageError` for what the user has done wrong. */
  run(args: readonly string[], streams: Streams): Promise<number>;
}
