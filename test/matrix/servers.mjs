import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '../support/check.mjs';
import { ROOT } from './projects.mjs';

/** @import { Runtime } from './projects.mjs' */

/** @typedef {{ cwd?: string; env: NodeJS.ProcessEnv; timeout?: number }} Surroundings */
/** `match`: what it has said that fits. @typedef {{ match: RegExpExecArray; said: () => string; end: () => Promise<void> }} Server */

/** Starts a server, and waits until it says that it is there. @param {Runtime} node @param {string[]} args @param {Surroundings} surroundings @param {RegExp} words @returns {Promise<Server>} */
export async function startServer(node, args, surroundings, words) {
  const child = spawn(node.path, args, { ...surroundings, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more) => {
      text += more;
    });
  const said = () => text;
  const end = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    const tooSoon = ended.then(() => Promise.reject(new Error(`ended, having said: ${text}`)));
    await Promise.race([until(() => words.test(text), said), tooSoon]);
  } catch (error) {
    await end();
    throw error;
  }
  return { match: /** @type {RegExpExecArray} */ (words.exec(text)), said, end };
}

/**
 * Runs the examples' stand-in for a model while `work` does, which gets the variables that point clients at it.
 * @template T @param {Runtime} node @param {(env: Record<string, string>) => Promise<T>} work @returns {Promise<T>}
 */
export async function withModel(node, work) {
  const script = join(ROOT, 'examples/llm/model-server.js');
  const { match, end } = await startServer(node, [script], { env: { PORT: '0' } }, /OPENAI_BASE_URL=(\S+)/);
  try {
    return await work({ OPENAI_API_KEY: 'none', OPENAI_BASE_URL: String(match[1]) });
  } finally {
    await end();
  }
}

/** @param {() => boolean} holds @param {() => string} otherwise */
export async function until(holds, otherwise) {
  for (let tries = 0; tries < 600 && !holds(); tries++) await delay(50);
  expect(holds(), otherwise());
}
