import { readdirSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';
import { rowsOf, sectionOf, textOf } from '../support/page.js';

const page = textOf('docs/troubleshooting.md');

/** What an application loads. */
const OF_THE_LIBRARY = /^(?!(?:command|page|ask|receiver|testing)\/|(?:cli|ask-child)\.ts)/;
/** What a receiver tells, and why a question has no answer. */
const OF_COMMANDS = /^(?:ask|receiver\/(?:http|store)|command\/listen)\//;
const root = new URL('../../src/', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** Calls and properties whose texts are no message of their own: steps for whoever debugs, rules of options, descriptions of metrics. */
const NO_MESSAGES = new Set(['step', 'rule', 'noText', 'hasMethod']);
const NO_MESSAGE_IN = new Set(['must', 'description']);
/** Parts of such steps, an error that is caught, and a key. */
const NO_MESSAGE = new Set([
  ...['from a function', 'failed, to be tried again ('],
  ...['somebody was faster', 'OpenTelemetry Context Key SPAN'],
]);

function isNoMessage(node: Node): boolean {
  if (node.type === 'CallExpression') return NO_MESSAGES.has(String((node['callee'] as Node)['name']));
  if (node.type === 'Property') return NO_MESSAGE_IN.has(String((node['key'] as Node)['name']));
  return node.type === 'ImportDeclaration' || node.type.startsWith('TS');
}

/** The parts of a text between what differs. */
function fixedParts(node: Node): string[] {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? [node['value']] : [];
  if (node.type !== 'TemplateLiteral') return [];
  return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
}

/** The longest fixed part of each text with three words or more: nothing but messages is so long. */
function messagesIn(node: Node): string[] {
  if (isNoMessage(node)) return [];
  const [longest = ''] = fixedParts(node).sort((a, b) => b.length - a.length);
  const inner = Object.values(node)
    .flat()
    .filter(isNode)
    .flatMap((child) => messagesIn(child));
  return longest.trim().split(/\s+/).length >= 3 ? [longest.trim(), ...inner] : inner;
}

/** In commands, messages are what is given to these. */
const TELLING = new Set(['tell', 'fail', 'AskError', 'Error']);

function messagesTold(node: Node): string[] {
  const callee = node['callee'] as { name?: string; property?: { name?: string } } | undefined;
  if (TELLING.has(String(callee?.name ?? callee?.property?.name))) return messagesIn(node);
  return Object.values(node)
    .flat()
    .filter(isNode)
    .flatMap((child) => messagesTold(child));
}

const parsed = (path: string): Node =>
  parseAst(textOf(`src/${path}`), { lang: 'ts' }, path) as unknown as Node;

describe('the page of troubleshooting', () => {
  it('has every message of the library', () => {
    const messages = files
      .filter((path) => OF_THE_LIBRARY.test(path))
      .flatMap((path) => messagesIn(parsed(path)));
    expect(messages.length).toBeGreaterThan(100);
    expect(messages.filter((message) => !page.includes(message) && !NO_MESSAGE.has(message))).toEqual([]);
  });

  it('has what a receiver tells, and why a question has no answer', () => {
    const messages = files
      .filter((path) => OF_COMMANDS.test(path))
      .flatMap((path) => messagesTold(parsed(path)));
    expect(messages.length).toBeGreaterThan(15);
    expect(messages.filter((message) => !page.includes(message))).toEqual([]);
  });

  it('has every code of a warning, and a section of its own for each', () => {
    const codes = [...textOf('src/runtime/warnings.ts').matchAll(/\| '(REMOTE_LOGGER_\w+)'/g)].map(
      ([, code]) => code,
    );
    const rows = rowsOf(sectionOf(page, '## Where messages appear'));
    expect(rows.map(([code]) => code?.replaceAll('`', '')).sort()).toEqual(codes.sort());
    for (const code of codes) expect(page).toContain(`\nCode \`${code}\``);
  });
});
