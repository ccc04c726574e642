import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { codeOf } from '../../runtime/foreign.js';
import { DONE, INCOMPLETE, type Streams, type Subcommand } from '../subcommand.js';
import { forTerminal, tell } from '../terminal.js';
import { UsageError, words } from '../usage-error.js';
import { bringBack } from './dead-letters.js';
import { look } from './look.js';
import { print } from './print.js';
import { faultOfUrl, send } from './send.js';

const usage = `Usage: otel-remote-logger spool <directory> [--print | --send <url>] [--dead-letters]

Says what waits in a spool: how many records, how old, what is damaged, and whether the process
that wrote them is alive. It changes nothing, and can run beside the processes that use the spool.

  --print         writes the records that wait to stdout, one JSON object a line
  --send <url>    delivers what dead processes left, and removes it. Other settings are those of the
                  environment variables: REMOTE_LOGGER_HEADERS, REMOTE_LOGGER_FORMAT, ...
  --dead-letters  with --print: writes the records that were given up, and no others;
                  with --send: delivers them, too
  --help          shows this

Exit codes: 0 for success, 1 where something could not be read or delivered, 2 for a wrong command.
`;

export const SPOOL_COMMAND: Subcommand = { usage, run: (args, streams) => follow(parse(args), streams) };

interface Order {
  readonly what: 'look' | 'print' | 'send';
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
    case 'look': {
      const { text, isWhole } = await look(directory, Date.now());
      stdout.write(forTerminal(text));
      return isWhole ? DONE : INCOMPLETE;
    }
    case 'print': {
      const faults = await print(directory, stdout, withDead ? 'dead letters' : 'waiting');
      for (const fault of faults) tell(stderr, fault);
      return faults.length === 0 ? DONE : INCOMPLETE;
    }
    case 'send':
      if (withDead) bringBack(directory, url);
      return (await send(directory, url, stdout)) ? DONE : INCOMPLETE;
  }
}

const OPTIONS = {
  print: { type: 'boolean' },
  send: { type: 'string' },
  'dead-letters': { type: 'boolean' },
} as const;

function parse(args: readonly string[]): Order {
  const { values, positionals } = words(() =>
    parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true }),
  );
  const [directory = '', ...others] = positionals;
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

function checkDirectory(directory: string): void {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(directory).isDirectory();
  } catch (error) {
    throw new UsageError(`there is no directory ${directory} (${codeOf(error)})`);
  }
  if (!isDirectory) throw new UsageError(`${directory} is not a directory`);
}
