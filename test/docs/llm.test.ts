import { readFileSync } from 'node:fs';
import * as stable from '@opentelemetry/semantic-conventions';
import * as incubating from '@opentelemetry/semantic-conventions/incubating';
import { describe, expect, it } from 'vitest';
import { CONTENT_KEYS, createRemoteLogger, type RemoteLogger, SECRET_KEYS } from '../../src/index.js';
import { Receiver } from '../support/receiver.js';

const doc = readFileSync(new URL('../../docs/llm.md', import.meta.url), 'utf8');

/** The names in the tables of the page that are OpenTelemetry's. */
const names = [...doc.matchAll(/^\|.*$/gm)].flatMap(([row]) =>
  [...row.matchAll(/`((?:gen_ai|error|exception|client)\.[a-z_.]+)`/g)].map(([, name]) => name ?? ''),
);

describe('docs/llm.md', () => {
  it.each([...new Set(names)])('has a name of OpenTelemetry as it is, and its stability: %s', (name) => {
    expect(Object.values(incubating)).toContain(name);
    expect(Object.values<unknown>(stable).includes(name), 'stable').toBe(!name.startsWith('gen_ai.'));
  });

  it('has the version of the package that these names are from', () => {
    const manifest = new URL(
      '../../node_modules/@opentelemetry/semantic-conventions/package.json',
      import.meta.url,
    );
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    const [, major, minor] = /semantic-conventions\/incubating` (\d+)\.(\d+)/.exec(doc) ?? [];
    const [installedMajor, installedMinor] = version.split('.').map(Number);
    expect(major).toBe(String(installedMajor));
    expect(Number(minor)).toBeLessThanOrEqual(Number(installedMinor));
  });

  it('shows a turn and a vote that arrive as they stand there', async () => {
    await using receiver = await Receiver.start();
    const [, block = ''] = /```js\n(.*?)```/s.exec(doc) ?? [];
    const logger = createRemoteLogger({ url: receiver.url });
    run(block, logger);
    await logger.shutdown();
    expect(receiver.records).toMatchObject([
      { type: 'chat', response_id: 'chatcmpl-1', tokens: 22 },
      { type: 'upvote', response_id: 'chatcmpl-1', state: '{"conv_id":"c1"}' },
    ]);
  });

  it('redacts what was said, in its fields and in GenAI attributes, and nothing else', async () => {
    await using receiver = await Receiver.start();
    const [, block = ''] = /```js\n(.*?)```/s.exec(doc) ?? [];
    const logger = createRemoteLogger({ url: receiver.url, redact: [...SECRET_KEYS, ...CONTENT_KEYS] });
    run(block, logger);
    const parts = [{ type: 'text', content: 'Why is the sky blue?' }];
    const attributes = {
      'gen_ai.input.messages': [{ role: 'user', parts }],
      'gen_ai.output.messages': [{ role: 'assistant', parts }],
      'gen_ai.system_instructions': parts,
    };
    logger.log({ ...attributes, 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 14 });
    logger.log({ 'event.name': 'gen_ai.choice', message: { content: 'Why is the sky blue?' } });
    await logger.shutdown();
    expect(JSON.stringify(receiver.records)).not.toMatch(/blue/);
    expect(receiver.records).toMatchObject([
      { model: 'gpt-4o-mini', start: 1795608000.1, prompt_tokens: 14, completion_tokens: 8, tokens: 22 },
      { type: 'upvote' },
      { 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 14 },
      { 'event.name': 'gen_ai.choice' },
    ]);
  });
});

/** A block of the page, on a logger of ours. */
function run(block: string, logger: RemoteLogger): void {
  const body = block.replace(/^import .*$/m, '');
  new Function('getRemoteLogger', body)(() => logger);
}
