import { statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { codeOf, textOf } from '../runtime/foreign.js';
import { misspelt } from '../runtime/nearest.js';
import { VERSION } from '../runtime/version.js';
import { bringBack } from './dead-letters.js';
import { look } from './look.js';
import { print } from './print.js';
import { faultOfUrl, send } from './send.js';

export const USAGE = `Usage: otel-remote-logger spool <directory> [--print | --send <url>] [--dead-letters]

Says what waits in a spool: how many records, how old, what is damaged, and whether the process
that wrote them is alive. It changes nothing, and can run beside the processes that use the spool.

  --print         writes the records that wait to stdout, one JSON object a line
  --send <url>    delivers what dead processes left, and removes it. Other settings are those of the
                  environment variables: REMOTE_LOGGER_HEADERS, REMOTE_LOGGER_FORMAT, ...
  --dead-letters  with --print: writes the records that were given up, and no others;
                  with --send: delivers them, too
  --help          shows this
  --version       shows the version

Exit codes: 0 for success, 1 where something could not be read or delivered, 2 for a wrong command.
`;

/** Where a command writes. */
export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** What the user has done wrong. */
class UsageError extends Error {}

const DONE = 0;
const INCOMPLETE = 1;
const WRONG_USAGE = 2;

/** Runs the command of the package, and gives its exit code. */
export async function runCommand(args: readonly string[], streams: Streams): Promise<number> {
  try {
    return await follow(parse(args), streams);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const hint = isUsage ? '\nTry `otel-remote-logger --help`.' : '';
    streams.stderr.write(
      `otel-remote-logger: ${error instanceof Error ? error.message : textOf(error)}${hint}\n`,
    );
    return isUsage ? WRONG_USAGE : INCOMPLETE;
  }
}

interface Order {
  readonly what: 'help' | 'version' | 'look' | 'print' | 'send';
  readonly directory: string;
  readonly url: string;
  /** Whether it is also about records that were given up. */
  readonly withDead: boolean;
}

async function follow(
  { what, directory, url, withDead }: Order,
  { stdout, stderr }: Streams,
): Promise<number> {
  switch (what) {
    case 'help':
      stdout.write(USAGE);
      return DONE;
    case 'version':
      stdout.write(`${VERSION}\n`);
      return DONE;
    case 'look': {
      const { text, isWhole } = await look(directory, Date.now());
      stdout.write(text);
      return isWhole ? DONE : INCOMPLETE;
    }
    case 'print': {
      const faults = await print(directory, stdout, withDead ? 'dead letters' : 'waiting');
      for (const fault of faults) stderr.write(`otel-remote-logger: ${fault}\n`);
      return faults.length === 0 ? DONE : INCOMPLETE;
    }
    case 'send':
      if (withDead) bringBack(directory, url);
      return (await send(directory, url, stdout)) ? DONE : INCOMPLETE;
  }
}

function parse(args: readonly string[]): Order {
  const { values, positionals } = parsed(args);
  const [command, directory = '', ...others] = positionals;
  if (values.help) return { ...NOWHERE, what: 'help' };
  if (values.version) return { ...NOWHERE, what: 'version' };
  checkCommand(command);
  if (directory === '') throw new UsageError('spool needs the directory of a spool');
  if (others.length > 0) throw new UsageError(`spool takes one directory, got ${1 + others.length}`);
  if (values.print && values.send !== undefined)
    throw new UsageError('--print and --send do not go together');
  const fault = values.send === undefined ? undefined : faultOfUrl(values.send);
  if (fault !== undefined) throw new UsageError(fault);
  checkDirectory(directory);
  const what = values.send !== undefined ? 'send' : values.print ? 'print' : 'look';
  const withDead = values['dead-letters'] === true;
  if (withDead && what === 'look') throw new UsageError('--dead-letters needs --print or --send');
  return { what, directory, url: values.send ?? '', withDead };
}

const NOWHERE = { directory: '', url: '', withDead: false };

const OPTIONS = {
  print: { type: 'boolean' },
  send: { type: 'string' },
  'dead-letters': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // What Node says behind its first sentence is about its own rules.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : textOf(error));
  }
}

function checkCommand(command: string | undefined): void {
  if (command === 'spool') return;
  if (command === undefined) throw new UsageError('there is one command, spool, and it was not given');
  const meant = misspelt(command, ['spool']) === undefined ? '' : '; did you mean "spool"?';
  throw new UsageError(`there is no command "${command}"${meant}`);
}

function checkDirectory(directory: string): void {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(directory).isDirectory();
  } catch (error) {
    throw new UsageError(`there is no directory ${directory} (${codeOf(error)})`);
  }
  if (!isDirectory) throw new UsageError(`${directory} is not a directory`);
}
