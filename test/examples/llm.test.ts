import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Receiver } from '../support/receiver.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = join(ROOT, 'examples/llm');
const CLI = join(ROOT, 'dist/cli.cjs');
const doc = readFileSync(new URL('../../docs/llm.md', import.meta.url), 'utf8');

const own = Object.entries(process.env).filter(([name]) => !/^(OTEL|REMOTE_LOGGER|OPENAI)_/.test(name));

let receiver: Receiver;
const started: ChildProcess[] = [];
let env: NodeJS.ProcessEnv;

/** The examples in a project of their own, with what they need. */
function createProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llm-'));
  cpSync(EXAMPLES, folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/otel-remote-logger'));
  for (const name of ['openai', 'fastify'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

let project: string;

/** Starts a server of the examples, and waits for what it says. */
function start(file: string, words: RegExp): Promise<string> {
  const child = spawn(process.execPath, [join(project, file)], {
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const [, url] = words.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`${file} ended`)));
  });
}

beforeAll(async () => {
  project = createProject();
  receiver = await Receiver.start();
  env = { ...Object.fromEntries(own), REMOTE_LOGGER_URL: receiver.url, NO_PROXY: '127.0.0.1' };
  env['OPENAI_BASE_URL'] = await start('model-server.js', /OPENAI_BASE_URL=(\S+)/);
  env['OPENAI_API_KEY'] = 'none';
  await promisify(execFile)(process.execPath, [join(project, 'openai.js')], { env, timeout: 20_000 });
  const url = await start('fastify.js', /url: (\S+)/);
  const post = (path: string, body: object, id: string): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify(body),
    });
  const turn = { conv_id: 'c2', model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi!' }] };
  const said = await (await post('/chat', turn, 'r1')).text();
  const response_id = /"id":"([^"]+)"/.exec(said)?.[1];
  await post('/vote', { type: 'downvote', model: 'gpt-4o', response_id, conv_id: 'c2' }, 'r2');
  await receiver.received(5);
}, 60_000);

afterAll(async () => {
  for (const child of started) child.kill();
  await receiver[Symbol.asyncDispose]();
});

const arrived = (test: (record: Record<string, unknown>) => boolean): Record<string, unknown>[] =>
  receiver.records.map((record) => record as Record<string, unknown>).filter(test);

it('a turn of the openai client is one record, with usage, and the vote carries its id', () => {
  const [turn] = arrived(({ model, type }) => model === 'gpt-4o-mini' && type === 'chat');
  expect(turn).toMatchObject({ finish_reason: 'stop', prompt_tokens: 5, completion_tokens: 8, tokens: 13 });
  expect(JSON.parse(String(turn?.['state'])).messages).toEqual([
    ['user', 'Why is the sky blue?'],
    ['assistant', 'Air scatters blue light more than red light.'],
  ]);
  const [vote] = arrived(({ type }) => type === 'upvote');
  expect(vote?.['response_id']).toBe(turn?.['response_id']);
  expect(JSON.parse(String(vote?.['state'])).conv_id).toBe(JSON.parse(String(turn?.['state'])).conv_id);
});

it('a turn that fails is one record with its error', () => {
  const failed = arrived(({ model }) => model === 'busy');
  expect(failed).toMatchObject([{ type: 'chat', error_type: '429' }]);
  expect(JSON.parse(String(failed[0]?.['error'])).message).toBe('429 Rate limit reached.');
});

it('records of Fastify carry the ids of their requests', () => {
  const [turn, vote] = arrived(({ request_id }) => request_id !== undefined);
  expect(turn).toMatchObject({ type: 'chat', request_id: 'r1' });
  expect(vote).toMatchObject({ type: 'downvote', request_id: 'r2', response_id: turn?.['response_id'] });
});

describe('docs/llm.md', () => {
  const section = doc.split('\n## Fields\n')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const names = rows
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)])
    .map(([, name]) => name);

  it('has a row for each field that the examples send, and no other', () => {
    expect(names.toSorted()).toEqual([...new Set(receiver.records.flatMap(Object.keys))].toSorted());
  });

  it('has the attributes of the vote that an example sends as an event', () => {
    const example = readFileSync(join(EXAMPLES, 'instrumented.js'), 'utf8');
    const attributes = [...example.matchAll(/'(gen_ai\.[a-z_.]+)':/g)].map(([, name]) => name);
    const vote = doc.split('\n## A vote\n')[1]?.split('\n## ')[0] ?? '';
    const documented = [...vote.matchAll(/^\| `(gen_ai\.[a-z_.]+)`/gm)].map(([, name]) => name);
    expect(documented.filter((name) => name !== 'gen_ai.evaluation.result').toSorted()).toEqual(
      attributes.toSorted(),
    );
  });

  const EVENT = {
    event_name: 'gen_ai.evaluation.result',
    'gen_ai.evaluation.score.label': 'upvote',
    'gen_ai.response.id': 'chatcmpl-9',
  };
  const questions = [...doc.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql ?? '');

  it.each([
    [
      0,
      [
        { model: 'gpt-4o-mini', turns: 1, failed: 0, read: 5, written: 8 },
        { model: 'busy', turns: 1, failed: 1 },
      ],
    ],
    [1, [{ vote: 'upvote', model: 'gpt-4o-mini', question: 'Why is the sky blue?' }]],
    [
      2,
      [
        { vote: 'upvote', votes: 2, answers: 2 },
        { vote: 'downvote', votes: 1, answers: 1 },
      ],
    ],
  ])('question %i is answered', async (index, expected) => {
    const dir = mkdtempSync(join(tmpdir(), 'llm-'));
    const received_at = '2026-11-26T15:00:00.123Z';
    const lines = [...receiver.records, EVENT].map((record) => JSON.stringify({ ...record, received_at }));
    writeFileSync(join(dir, '2026-11-26T15.ndjson'), `${lines.join('\n')}\n`);
    const args = [CLI, 'query', questions[index] ?? '', '--dir', dir, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    for (const row of expected) expect(rows).toContainEqual(expect.objectContaining(row));
  });
});
