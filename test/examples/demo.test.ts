import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DEMO = fileURLToPath(new URL('../../examples/demo.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function runDemo(env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const options = { env: { ...process.env, ...env }, timeout: 20_000 };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [DEMO], options, (_error, stdout) => {
      resolve({ code: child.exitCode, output: stdout });
    });
  });
}

test('shows every record, accounts for all of them, and ends by itself with exit code 0', async () => {
  const { code, output } = await runDemo();
  expect(output).toMatch(/^demo: 11 of 11 records arrived$/m);
  expect(output).toMatch(/^ {2}log\(\) calls +11\n {2}accepted +11\n {2}delivered +11\n/m);
  expect(output.match(/^ {2}record \d+, application\/json$/gm)).toHaveLength(11);
  expect(output).toMatch(/^ {4}state: +"\{\\"template_name\\":.*…" \d+ chars$/m);
  expect(code).toBe(0);
  expect(output, 'no colour where there is no terminal').not.toContain('\u001b');
  expect(output.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

test('says what is missing, with exit code 1', async () => {
  const { code, output } = await runDemo({ DEMO_RECEIVER_LOSES: '1' });
  expect(output).toMatch(/^missing: chat on turn 1 of conversation [0-9a-f]{32}$/m);
  expect(output).toMatch(/^ {2}failed: refused +1$/m);
  expect(output).toMatch(/^demo: 10 of 11 records arrived$/m);
  expect(code).toBe(1);
});

test('is not changed by what a shell has set for other programs', async () => {
  const { code } = await runDemo({
    OTEL_SDK_DISABLED: 'true',
    REMOTE_LOGGER_FORMAT: 'ndjson',
    HTTP_PROXY: 'http://127.0.0.1:1',
    http_proxy: 'http://127.0.0.1:1',
  });
  expect(code).toBe(0);
});

test('shows the same on a page with --page, until it is ended', async () => {
  const child = spawn(process.execPath, [DEMO, '--page'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    output += text;
    const [, url] = /^They are on (http\S+) until you end this/m.exec(output) ?? [];
    if (url === undefined) continue;
    const stream = await fetch(`${url}api/stream`);
    const { value } = (await stream.body?.pipeThrough(new TextDecoderStream()).getReader().read()) ?? {};
    expect(value).toContain('event: first');
    expect(value?.match(/"conversations":/g)).toHaveLength(11);
    child.kill('SIGINT');
  }
  expect(output).toMatch(/^demo: 11 of 11 records arrived$/m);
  expect(await exited).toEqual([0, null]);
});
