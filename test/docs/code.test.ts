import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../src/command/command.js';
import { VARIABLES } from '../../src/config/variables.js';
import { type Block, blocksOf, pagesForUsers, parse, ROOT } from '../support/markdown.mjs';

interface Found extends Block {
  readonly path: string;
}

const BLOCKS: Found[] = pagesForUsers().flatMap((page) =>
  blocksOf(page).map((block) => ({ ...block, path: page.path })),
);
const inLanguage = (...languages: string[]): Found[] =>
  BLOCKS.filter(({ language }) => languages.includes(language));

/** What the blocks use that is not installed here, or that the reader has. */
const SHIMS = `
declare module '@opentelemetry/instrumentation-bunyan';
declare module 'bunyan';
declare module 'esbuild';
declare module 'next' { export type NextConfig = Readonly<Record<string, unknown>>; }
declare module 'next/server';
declare module '*/turn.js' { export const finishTurn: (model: string, tokens: number) => void; }
declare const afterAll: (work: () => unknown) => void;
`;

const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  moduleDetection: 'force',
  lib: ['es2023', 'esnext.disposable', 'dom'],
  types: ['node'],
  strict: true,
  // Blocks in JavaScript have no types of parameters.
  noImplicitAny: false,
  skipLibCheck: true,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  paths: {
    'otel-remote-logger': [`${ROOT}dist/index.d.ts`],
    'otel-remote-logger/*': [`${ROOT}dist/*.d.ts`],
  },
};

/** The name of the file that a block becomes. */
const fileOf = ({ path, line, language }: Found): string =>
  `${path.replaceAll('/', '-')}-${line}.${language === 'ts' ? 'mts' : 'mjs'}`;

/** The code of each block, behind that of the blocks which it continues. */
function wholeBlocks(blocks: readonly Found[]): (readonly [file: string, code: string])[] {
  let before = '';
  return blocks.map((block) => {
    before = block.isContinued ? `${before}\n${block.code}` : block.code;
    return [fileOf(block), before] as const;
  });
}

/** What the compiler says of files in a folder of their own. */
async function complaintsOn(files: readonly (readonly [string, string])[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'));
  symlinkSync(`${ROOT}node_modules`, join(folder, 'node_modules'));
  for (const [file, code] of [...files, ['shims.d.ts', SHIMS] as const])
    writeFileSync(join(folder, file), code);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  try {
    await promisify(execFile)(`${ROOT}node_modules/.bin/tsc`, ['-p', folder], { cwd: folder });
    return '';
  } catch (error) {
    return String((error as { stdout: string }).stdout);
  }
}

/** The words of commands in a shell block: comments, and the ends of lines that go on, are gone. */
const commandsIn = (code: string): string[] =>
  code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .filter((line) => line.trim() !== '');

/** What the help of a command says. */
async function helpOf(command: string): Promise<string> {
  let text = '';
  const stream = { write: (more: string) => (text += more) };
  await runCommand([command, '--help'], { stdout: stream, stderr: stream } as never);
  return text;
}

async function faultOfCommand(line: string): Promise<string | undefined> {
  const [, command, rest = ''] = /\botel-remote-logger (\w+)(.*)/.exec(line) ?? [];
  if (command === undefined || /npm install/.test(line)) return undefined;
  const help = await helpOf(command);
  if (!help.startsWith(`Usage: otel-remote-logger ${command}`)) return `no command ${command}`;
  const options = rest.replaceAll(/"[^"]*"|'[^']*'/g, '').match(/--[\w-]+/g) ?? [];
  return options
    .filter((option) => !help.includes(`${option}`))
    .map((option) => `${command} has no ${option}`)[0];
}

/** Codes of warnings begin so, too. */
const CODES = readFileSync(`${ROOT}src/runtime/warnings.ts`, 'utf8').match(/REMOTE_LOGGER_[A-Z]+/g) ?? [];
/** Of the receiver, and of the Collector's configuration. */
const OTHERS = ['REMOTE_LOGGER_LISTEN_TOKEN', 'REMOTE_LOGGER_TOKEN'];

const unknownVariablesIn = (text: string): string[] =>
  [...text.matchAll(/REMOTE_LOGGER_[A-Z_]*[A-Z]\b/g)]
    .map(([name]) => name)
    .filter((name) => ![...VARIABLES, ...CODES, ...OTHERS].includes(name));

describe('the code of the pages for users', () => {
  it('compiles, in JavaScript and TypeScript', async () => {
    const files = wholeBlocks(inLanguage('js', 'ts'));
    expect(files.length).toBeGreaterThan(20);
    expect(await complaintsOn(files)).toBe('');
  });

  it('parses, in JSON', () => {
    for (const { code, path, line } of inLanguage('json'))
      expect(() => JSON.parse(code), `${path}:${line}`).not.toThrow();
  });

  it('is shell that can be read, whose commands, options and scripts exist', async () => {
    const blocks = inLanguage('sh');
    expect(blocks.length).toBeGreaterThan(20);
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    const faults: string[] = [];
    for (const { code, path, line } of blocks) {
      execFileSync('bash', ['-n'], { input: code });
      for (const command of commandsIn(code)) {
        const fault = await faultOfCommand(command);
        const script = /\bnpm run ([\w:-]+)/.exec(command)?.[1];
        if (fault !== undefined) faults.push(`${path}:${line}: ${fault}`);
        if (script !== undefined && !(script in scripts)) faults.push(`${path}:${line}: no script ${script}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('is in a language that is looked at, or in none', () => {
    const looked = ['', 'js', 'ts', 'json', 'sh', 'sql', 'yaml'];
    expect(BLOCKS.filter(({ language }) => !looked.includes(language))).toEqual([]);
  });

  it('names variables that exist, and so does the text', () => {
    for (const { path } of pagesForUsers())
      expect(unknownVariablesIn(readFileSync(ROOT + path, 'utf8')), path).toEqual([]);
  });
});

describe('what is wrong in code is found', () => {
  it('where an option is misspelt, or a name is missing', async () => {
    const page = parse(
      "```js\nimport { createRemoteLogger } from 'otel-remote-logger';\ncreateRemoteLogger({ urll: '' });\n```\n" +
        '```js\nlogger.log({});\n```\n',
    );
    const blocks = blocksOf({ path: 'new.md', root: page }).map((block) => ({ ...block, path: 'new.md' }));
    const complaints = await complaintsOn(wholeBlocks(blocks));
    expect(complaints).toMatch(/new\.md-1\.mjs.*urll/);
    expect(complaints).toMatch(/new\.md-5\.mjs.*Cannot find name 'logger'/);
  });

  it('unless a block says that it goes on with the one before', async () => {
    const page = parse('```js\nconst a = 1;\n```\n<!-- continues -->\n```js\nconsole.log(a);\n```\n');
    const blocks = blocksOf({ path: 'new.md', root: page }).map((block) => ({ ...block, path: 'new.md' }));
    expect(blocks.map(({ isContinued }) => isContinued)).toEqual([false, true]);
    expect(await complaintsOn(wholeBlocks(blocks))).toBe('');
  });

  it.each([
    ['npx otel-remote-logger listen --dirr x', 'listen has no --dirr'],
    ['npx otel-remote-logger lissten', 'no command lissten'],
    ['npx otel-remote-logger spool dir --print', undefined],
  ])('in %s', async (line, fault) => expect(await faultOfCommand(line)).toBe(fault));

  it('in a variable', () => {
    expect(unknownVariablesIn('`REMOTE_LOGGER_URLL` and `REMOTE_LOGGER_URL`')).toEqual([
      'REMOTE_LOGGER_URLL',
    ]);
  });
});
