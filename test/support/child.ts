import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DeliveryStats } from '../../src/index.js';
import { leftIn, newSpool } from './spooled.js';

/** How a process ended, and all it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The ids of the records that it has left in its queue on disk, if it has left any. */
  readonly left?: readonly unknown[] | undefined;
}

export interface ChildOptions {
  /** Given to the script as JSON, in `process.argv[2]` and the following. */
  readonly args?: readonly unknown[];
  /** Flags of node itself. */
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** How many files it can have open. */
  readonly openFiles?: number;
  /** A command that starts the one behind it. */
  readonly within?: readonly string[];
  /** In which folder of `test` the script is, in `children`. Default: faults. */
  readonly folder?: string;
}

/** A safety net below the tests' own time limit, so that a child that hangs is seen as such and not left behind. */
const LONGEST_LIFE_MILLIS = 50_000;

/** A process that runs a script of test/faults/children with the built package. */
export class Child {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  #stdout = '';
  #stderr = '';
  readonly #waiting = new Set<() => void>();

  constructor(script: string, options: ChildOptions = {}) {
    const { args = [], flags = [], env = {}, openFiles, within = [], folder = 'faults' } = options;
    const path = fileURLToPath(new URL(`../${folder}/children/${script}.js`, import.meta.url));
    const node = [...within, process.execPath, ...flags, path, ...args.map((arg) => JSON.stringify(arg))];
    // The limit is one of the process, which only a shell can set.
    const limited = ['/bin/sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`, ...node];
    const [command = '', ...argv] = openFiles === undefined ? node : limited;
    const { REMOTE_LOGGER_THREAD = '' } = process.env;
    const REMOTE_LOGGER_SPOOL = newSpool();
    // Nothing else of the tests' own environment: no NODE_OPTIONS, no proxy, no OTEL_*.
    this.#process = spawn(command, argv, {
      env: { REMOTE_LOGGER_THREAD, REMOTE_LOGGER_SPOOL, ...env },
      stdio: 'pipe',
      timeout: LONGEST_LIFE_MILLIS,
      killSignal: 'SIGKILL',
    });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      for (const look of this.#waiting) look();
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      for (const look of this.#waiting) look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (code, signal) => {
        const left = leftIn(REMOTE_LOGGER_SPOOL);
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr, left });
      });
    });
  }

  /** What it has printed up to now. */
  get stdout(): string {
    return this.#stdout;
  }

  /** Settles when the child has printed one of `texts` on stdout or stderr; rejects if it ends without. */
  said(...texts: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!texts.some((text) => this.#stdout.includes(text) || this.#stderr.includes(text))) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
      void this.ended.then(
        ({ stderr }) => reject(new Error(`ended without saying ${texts.join(' or ')}: ${stderr}`)),
        reject,
      );
    });
  }

  /** Nobody reads what it says on stderr from now on. */
  closeStderr(): void {
    this.#process.stderr?.destroy();
  }

  /** The end of its stdin, for a script that waits for it. */
  endStdin(): void {
    this.#process.stdin?.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}

/** Runs a script to its end. */
export const runChild = (script: string, options?: ChildOptions): Promise<Ended> =>
  new Child(script, options).ended;

/** What this package said on stderr itself: its own lines, without the process warnings. */
export const wordsOf = ({ stderr }: Ended): string[] =>
  stderr.split('\n').filter((line) => line.startsWith('otel-remote-logger: '));

/** The account that a process said on stderr when it gave up. */
export function accountOf(ended: Ended): DeliveryStats {
  const [, json] = /^otel-remote-logger: the account: (.*)$/m.exec(ended.stderr) ?? [];
  if (json === undefined) throw new Error(`no account on stderr: ${ended.stderr}`);
  return JSON.parse(json) as DeliveryStats;
}
