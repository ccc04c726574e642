#!/usr/bin/env node
/** The command of the package: `npx otel-remote-logger`. */
import { runCommand } from './command/command.js';

// Left to end by itself: what was written to a pipe is on its way.
void runCommand(process.argv.slice(2), process).then((code) => {
  process.exitCode = code;
});
