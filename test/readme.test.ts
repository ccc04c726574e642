import { AsyncLocalStorage } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { VARIABLES } from '../src/config/variables.js';
import { Receiver } from './support/receiver.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The code blocks of a language, in order. */
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code ?? '');

/** The rows of all tables below a heading, cells without their quotes. */
function rowsUnder(heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|') && !/^\|[-|]*\|$/.test(line));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Options that are functions or objects of the application, and those of a rule, of which there can be many. */
const NO_TEXT = [
  ...['meterProvider', 'onDrop', 'dispatcher', 'beforeSend', 'loggerProvider', 'fields'],
  ...['redact.patterns', 'redact.censor', 'redact.remove', 'redact.inText'],
];

const code = (cell: string | undefined): string | undefined => /`([^`]+)`/.exec(cell ?? '')?.[1];

describe('the README', () => {
  it('shows an example and the JSON that it produces', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    const [example = '', json = ''] = [blocks('js')[0], blocks('json')[0]];
    const { getRemoteLogger } = await import('../src/index.js');
    const body = example.replace(/^import .*$/m, '');
    new Function('getRemoteLogger', body)(getRemoteLogger);
    expect(await getRemoteLogger().shutdown()).toMatchObject({ accepted: 1, delivered: 1 });
    expect(receiver.requests[0]?.headers['content-type']).toBe('application/json');
    expect(receiver.records).toEqual([JSON.parse(json)]);
    vi.unstubAllEnvs();
  });

  it('shows a log record of an existing setup with the fields that arrive', async () => {
    await using receiver = await Receiver.start();
    const sdk = await import('@opentelemetry/sdk-logs');
    const { resourceFromAttributes } = await import('@opentelemetry/resources');
    const { RemoteLogRecordExporter } = await import('../src/index.js');
    const provider = new sdk.LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      processors: [
        new sdk.BatchLogRecordProcessor({ exporter: new RemoteLogRecordExporter({ url: receiver.url }) }),
      ],
    });
    const setup = blocks('js').find((block) => block.includes('LoggerProvider')) ?? '';
    const emit = /provider\.getLogger.*\n/.exec(setup)?.[0] ?? '';
    new Function('provider', emit)(provider);
    await provider.shutdown();
    const shown: Record<string, unknown> = JSON.parse(blocks('json')[1] ?? '');
    const [received = {}] = receiver.records;
    expect(Object.keys(received).sort()).toEqual(Object.keys(shown).sort());
    for (const key of ['timestamp', 'observed_timestamp', 'log.record.uid']) delete shown[key];
    expect(received).toMatchObject(shown);
  });

  it('leads to a page on fields whose example sends what it says', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    const page = readFileSync(new URL('../docs/fields-and-hooks.md', import.meta.url), 'utf8');
    const example = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
    const { createRemoteLogger, getRemoteLogger, setRemoteLogger } = await import('../src/index.js');
    const given = { AsyncLocalStorage, createRemoteLogger, setRemoteLogger };
    new Function(...Object.keys(given), example.replaceAll(/^import .*$/gm, ''))(...Object.values(given));
    await getRemoteLogger().shutdown();
    setRemoteLogger(undefined);
    expect(receiver.records).toEqual([JSON.parse(/^\/\/ ({.*})$/m.exec(example)?.[1] ?? '')]);
    vi.unstubAllEnvs();
  });

  it('lists every option and variable, and no other', () => {
    const options = readFileSync(new URL('../src/types/options.ts', import.meta.url), 'utf8');
    const settings = ['config', 'settings', 'destination', 'redact']
      .map((file) => readFileSync(new URL(`../src/config/${file}.ts`, import.meta.url), 'utf8'))
      .join();
    const rows = rowsUnder('Options');
    const documented = rows
      .map(([option]) => code(option)?.split('.').at(-1))
      .filter((name) => name !== undefined)
      .sort();
    const groups = ['retry', 'batch', 'spool', 'redact'];
    const existing = [...options.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
    expect(documented).toEqual(existing.filter((name) => !groups.includes(name ?? '')).sort());
    const variables = rows.map(([, variable]) => code(variable)).filter((name) => name !== undefined);
    const read = [...settings.matchAll(/'((?:REMOTE_LOGGER|OTEL_BLRP)_\w+)'/g)]
      .map(([, name]) => name)
      .filter((name) => name !== 'REMOTE_LOGGER_LISTEN_TOKEN'); // of the receiver, see docs/receiver.md
    expect(variables.sort()).toEqual([...new Set(read)].sort());
    expect([...VARIABLES].sort()).toEqual(variables.filter((name) => name.startsWith('REMOTE_LOGGER')));
    const inDocs = variables.filter((name) => name !== 'REMOTE_LOGGER_DEBUG'); // which is no option
    expect(inDocs.filter((name) => !options.includes(`\`${name}\``))).toEqual([]);
  });

  it('names a variable for every option that can be text, by one rule', () => {
    const asVariable = (option: string): string =>
      `REMOTE_LOGGER_${option.replace(/Millis$/, '').replaceAll(/([A-Z])|\./g, (_, letter) => (letter ? `_${letter}` : '_'))}`;
    const rows = rowsUnder('Options').flatMap(([option, variable]) => {
      // A group can be the first of its options itself.
      const name = /or `(\w+)` itself/.exec(option ?? '')?.[1] ?? code(option);
      return name === undefined ? [] : [[name, code(variable)] as const];
    });
    expect(rows.length).toBeGreaterThan(25);
    for (const [name, variable] of rows) {
      if (variable === undefined) expect(NO_TEXT).toContain(name);
      else if (!variable.startsWith('OTEL_BLRP_')) expect(variable).toBe(asVariable(name).toUpperCase());
    }
  });

  it('has a row for every fault, and the suite has a test for every row', () => {
    const folder = new URL('./faults/', import.meta.url);
    const suites = readdirSync(folder)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => [file, readFileSync(new URL(file, folder), 'utf8')] as const);
    const rows = rowsUnder('What happens when').filter((cells) => cells[3]?.startsWith('['));
    expect(rows.length).toBeGreaterThan(20);
    for (const [, , , cell = ''] of rows) {
      const [, file, title = ''] = /^\[(.*?)\]\(.*?\): (.*)$/.exec(cell) ?? [];
      const suite = suites.find(([name]) => name === file)?.[1];
      expect(suite, `no suite for: ${cell}`).toBeDefined();
      expect(suite, `no test for: ${cell}`).toContain(title);
    }
    const named = new Set(rows.map(([, , , cell]) => /^\[(.*?)\]/.exec(cell ?? '')?.[1]));
    expect([...named].sort()).toEqual(
      suites
        .map(([file]) => file)
        .filter((file) => file !== 'sdk-behaviour.test.ts')
        .sort(),
    );
  });

  it('says how long each end waits, with a test of it', () => {
    const rows = rowsUnder('How long an end waits').filter(([end]) => end !== 'the end');
    expect(rows.length).toBeGreaterThan(10);
    for (const [, , , cell = ''] of rows) {
      const [, path = '', title = ''] = /^\[.*?\]\((.*?)\): (.*)$/.exec(cell) ?? [];
      expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toContain(title);
    }
  });

  it('leads every reader to an example that the matrix runs', () => {
    const folder = new URL('./matrix/', import.meta.url);
    const scripts = readdirSync(folder).filter((file) => file.endsWith('.mjs'));
    const matrix = scripts.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
    const rows = rowsUnder('Which way for me?').filter(([you]) => you !== 'you');
    expect(rows.length).toBeGreaterThan(5);
    for (const [you, , examples = ''] of rows) {
      const links = [...examples.matchAll(/\]\(examples\/(?:\w+\/)?([\w.-]+)\)/g)].map(
        ([, file = '']) => file,
      );
      expect(links, `no example for: ${you}`).not.toEqual([]);
      // Those of a folder are run by the name of the logger or the bundler.
      for (const file of links) expect(matrix).toMatch(new RegExp(`['"/\`]${file.split('.')[0]}\\b`));
    }
  });

  it('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) {
      expect(() => readFileSync(new URL(`../${link}`, import.meta.url))).not.toThrow(/ENOENT/);
    }
  });
});
