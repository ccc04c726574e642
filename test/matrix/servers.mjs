import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '../support/check.mjs';
import { ROOT } from './projects.mjs';

/** @import { Runtime } from './projects.mjs' */

/**
 * Runs the examples' stand-in for a model while `work` does, which gets the variables that point clients at it.
 * @template T @param {Runtime} node @param {(env: Record<string, string>) => Promise<T>} work @returns {Promise<T>}
 */
export async function withModel(node, work) {
  const child = spawn(node.path, [join(ROOT, 'examples/llm/model-server.js')], {
    env: { PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    const [, url] = await said(child, /OPENAI_BASE_URL=(\S+)/);
    return await work({ OPENAI_API_KEY: 'none', OPENAI_BASE_URL: String(url) });
  } finally {
    child.kill();
    await ended;
  }
}

/** What a process says that fits. @param {import('node:child_process').ChildProcess} child @param {RegExp} words @returns {Promise<RegExpExecArray>} */
export function said(child, words) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (more) => {
      text += more;
      const match = words.exec(text);
      if (match !== null) resolve(match);
    });
    child.once('close', () => reject(new Error(`ended, having said: ${text}`)));
  });
}

/** @param {() => boolean} holds @param {() => string} otherwise */
export async function until(holds, otherwise) {
  for (let tries = 0; tries < 600 && !holds(); tries++) await delay(50);
  expect(holds(), otherwise());
}
