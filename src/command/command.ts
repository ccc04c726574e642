import { textOf } from '../runtime/foreign.js';
import { misspelt } from '../runtime/nearest.js';
import { VERSION } from '../runtime/version.js';
import { DONE, INCOMPLETE, type Streams, type Subcommand, WRONG_USAGE } from './subcommand.js';
import { tell } from './terminal.js';
import { UsageError } from './usage-error.js';

/** What there is, with a line about each, in the order of the help. */
const SUBCOMMANDS: Readonly<Record<string, readonly [does: string, load: () => Promise<Subcommand>]>> = {
  listen: [
    'receives records, and keeps them in files',
    async () => (await import('./listen/listen-command.js')).LISTEN_COMMAND,
  ],
  check: [
    'sends one record, and says what happened to it and what to do',
    async () => (await import('./check/check-command.js')).CHECK_COMMAND,
  ],
  query: [
    'asks the records that a receiver has stored, in SQL',
    async () => (await import('./query/query-command.js')).QUERY_COMMAND,
  ],
  spool: [
    'looks into a spool, and delivers what is in it',
    async () => (await import('./spool/spool-command.js')).SPOOL_COMMAND,
  ],
};

const NAMES = Object.keys(SUBCOMMANDS);

export const USAGE = `Usage: otel-remote-logger <command> [options]

${Object.entries(SUBCOMMANDS)
  .map(([name, [does]]) => `  ${name.padEnd(14)}  ${does}`)
  .join('\n')}

  --help          shows this; after a command, what it takes
  --version       shows the version

Exit codes: 0 for success, 1 where something went wrong, 2 for a wrong command.
`;

/** Runs the command of the package, and gives its exit code. */
export async function runCommand(args: readonly string[], streams: Streams): Promise<number> {
  try {
    return await follow(args, streams);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const hint = isUsage ? '\nTry `otel-remote-logger --help`.' : '';
    tell(streams.stderr, `${error instanceof Error ? error.message : textOf(error)}${hint}`);
    return isUsage ? WRONG_USAGE : INCOMPLETE;
  }
}

async function follow([name, ...rest]: readonly string[], streams: Streams): Promise<number> {
  if (isHelp(name)) return say(USAGE, streams);
  if (name === '--version' || name === '-v') return say(`${VERSION}\n`, streams);
  const { usage, run } = await subcommandOf(name);
  return rest.some(isHelp) ? say(usage, streams) : run(rest, streams);
}

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

function say(text: string, { stdout }: Streams): number {
  stdout.write(text);
  return DONE;
}

function subcommandOf(name: string | undefined): Promise<Subcommand> {
  const all = NAMES.join(', ');
  if (name === undefined) throw new UsageError(`a command is missing; there are: ${all}`);
  const [, load] = Object.hasOwn(SUBCOMMANDS, name) ? (SUBCOMMANDS[name] ?? []) : [];
  if (load !== undefined) return load();
  const meant = misspelt(name, NAMES);
  throw new UsageError(
    `there is no command "${name}"; ${meant === undefined ? `there are: ${all}` : `did you mean "${meant}"?`}`,
  );
}
