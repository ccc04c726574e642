import { describe, expect, it } from 'vitest';
import { runCommand, USAGE } from '../../src/command/command.js';
import { VERSION } from '../../src/runtime/version.js';
import { Text } from '../support/text.js';

/** Those of the help, in its order. */
const NAMES = [...USAGE.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).join(', ');

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new Text(), new Text()];
  const code = await runCommand(args, { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

describe('the command', () => {
  it.each([
    ['no command', [], `a command is missing; there are: ${NAMES}`],
    ['another command', ['delete'], `there is no command "delete"; there are: ${NAMES}`],
    ['a name that all objects have', ['toString'], `there is no command "toString"; there are: ${NAMES}`],
    ['a misspelt one', ['spol', '/tmp'], 'there is no command "spol"; did you mean "spool"?'],
  ])('says what is wrong with %s', async (_name, args, message) => {
    expect(await run(...args)).toEqual({
      code: 2,
      out: '',
      err: `otel-remote-logger: ${message}\nTry \`otel-remote-logger --help\`.\n`,
    });
  });

  it('says how it is used, and which version it is', async () => {
    expect(await run('--help')).toEqual({ code: 0, out: USAGE, err: '' });
    expect(await run('-h')).toEqual({ code: 0, out: USAGE, err: '' });
    expect(await run('--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
  });
});
