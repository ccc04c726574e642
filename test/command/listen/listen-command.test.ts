import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { idsIn, temporary } from '../../support/stores.js';

const COMMAND = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The command, and what it says. */
function listen(directory: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const all = [COMMAND, 'listen', '--dir', directory, '--port', '0', ...args];
  const child = spawn(process.execPath, all, { env, stdio: 'pipe' });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (said.err += text));
  const ended = once(child, 'close').then(([code]) => code as number);
  /** Settles when it has said something. */
  const has = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(said.out + said.err)?.[1];
      if (found !== undefined) return found;
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended]);
      if (child.exitCode !== null && !pattern.test(said.out + said.err)) throw new Error(said.err);
    }
  };
  return { child, said, ended, has, url: has(/REMOTE_LOGGER_URL=(\S+)/) };
}

const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers });

describe('listen', () => {
  it('says what to set, shows the page, and ends well at a signal', async () => {
    using directory = temporary();
    const { child, said, ended, url: starts } = listen(directory.path);
    const url = await starts;
    expect(said.out).toBe(`otel-remote-logger listens. Start applications with

  REMOTE_LOGGER_URL=${url}

Page   ${url}/
Files  ${directory.path}
`);
    expect((await post(url, '{"id":1}')).status).toBe(200);
    const stream = await fetch(`${url}/api/stream`);
    expect([(await fetch(url)).status, stream.status]).toEqual([200, 200]);
    child.kill('SIGTERM');
    expect([await ended, said.err, idsIn(directory.path)]).toEqual([0, '', [1]]);
    await stream.body?.cancel().catch(() => {});
  });

  it('prints records as they arrive, until nobody reads them', async () => {
    using directory = temporary();
    const { child, said, has, ended, url: starts } = listen(directory.path, ['--tail']);
    const url = await starts;
    await post(url, '{"id":1}\n{"id":2}');
    expect(await has(/("id":2,"received_at)/)).toBeDefined();
    expect(said.out).toMatch(/^\{"id":1,"received_at":"[^"]+"\}\n\{"id":2,"received_at":"[^"]+"\}\n$/);
    child.stdout?.destroy();
    for (let id = 3; !said.err.includes('printed no more'); id++)
      expect((await post(url, `{"id":${id}}`)).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('goes on where nobody reads what it says', async () => {
    using directory = temporary();
    const { child, ended, url: starts } = listen(`${directory.path}/records`);
    const url = await starts;
    child.stdout?.destroy();
    child.stderr?.destroy();
    renameSync(`${directory.path}/records`, `${directory.path}/away`);
    writeFileSync(`${directory.path}/records`, 'no folder');
    expect((await post(url, '{"id":1}')).status).toBe(503); // which it says
    expect((await post(url, '{"id":1}')).status).toBe(503);
    rmSync(`${directory.path}/records`);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('does not wait for who reads slowly', async () => {
    using directory = temporary();
    const { child, ended, said, url: starts } = listen(directory.path, ['--tail']);
    const url = await starts;
    child.stdout?.pause();
    const body = `{"id":1,"text":"${'x'.repeat(4 * 2 ** 20)}"}`;
    for (let posts = 0; posts < 8; posts++) expect((await post(url, body)).status).toBe(200);
    child.stdout?.resume();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said.out.length).toBeLessThan(8 * body.length);
    expect(idsIn(directory.path)).toHaveLength(8);
  });

  it('asks for the token of the environment, and does not show it', async () => {
    using directory = temporary();
    const {
      child,
      said,
      ended,
      url: starts,
    } = listen(directory.path, [], { REMOTE_LOGGER_LISTEN_TOKEN: 'correct-horse' });
    const url = await starts;
    const answers = [await post(url, '{}'), await post(url, '{}', { authorization: 'Bearer correct-horse' })];
    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
    child.kill('SIGTERM');
    await ended;
    expect(said.out + said.err).not.toContain('correct-horse');
    expect(said.out).toContain(`REMOTE_LOGGER_HEADERS='authorization=Bearer%20<token>'`);
  });

  it('says so where its port or its directory is in use', async () => {
    using directory = temporary();
    const { child, ended, url: starts } = listen(directory.path);
    const { port } = new URL(await starts);
    const [samePort, sameDirectory] = [
      listen(`${directory.path}/other`, ['--port', port]),
      listen(directory.path),
    ];
    for (const { url } of [samePort, sameDirectory]) url.catch(() => {});
    expect(await Promise.all([samePort.ended, sameDirectory.ended])).toEqual([1, 1]);
    expect(samePort.said.err).toBe(
      `otel-remote-logger: http://127.0.0.1:${port} is in use: another receiver may be running there; --port takes another port\n`,
    );
    expect(sameDirectory.said.err).toBe(
      `otel-remote-logger: another process has ${directory.path}: a receiver needs a directory of its own\n`,
    );
    expect(readdirSync(`${directory.path}/other`)).toEqual(['.journal']);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
