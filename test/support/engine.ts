import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where programs are; those of services are often not in the PATH of a user. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];

function find(program: string): string {
  if (program.includes('/')) return program;
  const path = FOLDERS.map((folder) => join(folder, program)).find(existsSync);
  if (path === undefined) throw new Error(`there is no ${program}: \`.ci/install-engines\` installs it`);
  return path;
}

/** The process of an engine that writes its log on stderr. */
export class Engine {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #log = '';

  private constructor(program: string, args: readonly string[], directory: string, env = process.env) {
    // A test that runs out of time never comes to its end, and its process is killed: then the engine ends with it.
    const argv = ['--pdeathsig', 'TERM', find(program), ...args];
    this.#process = spawn('setpriv', argv, {
      cwd: directory,
      env: { PATH: process.env['PATH'], ...env }, // setpriv itself has to be found
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    this.#ended = once(this.#process, 'close');
  }

  /** Starts one, a program by name or path, and waits until its log says `ready`. */
  static async start(
    program: string,
    args: readonly string[],
    directory: string,
    ready: string,
    env?: NodeJS.ProcessEnv,
  ): Promise<Engine> {
    const engine = new Engine(program, args, directory, env);
    await engine.#said(ready);
    return engine;
  }

  get log(): string {
    return this.#log;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#process.kill(signal);
    await this.#ended;
  }

  async #said(text: string): Promise<void> {
    while (!this.#log.includes(text)) {
      if (this.hasEnded) throw new Error(`${this.#process.spawnargs.join(' ')} ended: ${this.#log}`);
      await Promise.race([this.#process.stderr && once(this.#process.stderr, 'data'), this.#ended]);
    }
  }
}
