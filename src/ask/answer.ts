import { parentPort, Worker, workerData } from 'node:worker_threads';
import { textOf } from '../runtime/foreign.js';
import { setTimeout } from '../runtime/timers.js';
import { askDuckDB, loadDuckDB } from './duckdb.js';
import { type Answer, AskError, type NoAnswer, type Question, tooMuchMemory } from './question.js';
import { askSqlite, loadSqlite } from './sqlite.js';

/** In a child process: takes one question, and sends one answer. `file` is the one that this process, and its thread, begin with. */
export function answerOne(file: string): void {
  process.once('message', (question: Question) => {
    void answer(question, file)
      .catch(failureOf)
      .then((message) => process.send?.(message, () => process.exit()));
  });
  // Whoever has asked is gone. An exit would wait until DuckDB has its answer.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

async function answer(question: Question, file: string): Promise<Answer | NoAnswer> {
  const duckdb = await loadDuckDB();
  // Files are read by their names alone: DuckDB takes [, * and ? in a path for a pattern.
  process.chdir(question.directory);
  if (duckdb !== undefined) return askDuckDB(duckdb, question);
  if (loadSqlite() !== undefined) return inThread(question, file);
  throw new AskError('asking needs DuckDB: npm install @duckdb/node-api', 'missing');
}

/** The records that SQLite has are 64 MB at the most. So a question that needs more is none for it. */
const SQLITE_MAX_BYTES = 1e9;
const LOOK_MILLIS = 50;

/**
 * SQLite answers within one call: meanwhile, this thread has to notice that whoever has asked is gone, and how much memory is taken. The
 * limits that SQLite has itself are not in Node's.
 */
function inThread(question: Question, file: string): Promise<Answer | NoAnswer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(file, { workerData: question });
    thread.once('message', resolve);
    thread.once('error', reject);
    const mostBytes = Math.min(question.maxMemoryBytes, SQLITE_MAX_BYTES);
    const look = (): void => {
      if (process.memoryUsage.rss() > mostBytes) reject(tooMuchMemory());
      else setTimeout(look, LOOK_MILLIS);
    };
    look();
  });
}

/** In that thread. */
export async function answerInThread(): Promise<void> {
  const sqlite = loadSqlite();
  if (sqlite === undefined) return;
  parentPort?.postMessage(await askSqlite(sqlite, workerData as Question).catch(failureOf));
}

function failureOf(error: unknown): NoAnswer {
  if (error instanceof AskError) return { error: error.message, why: error.why };
  return { error: error instanceof Error ? error.message : textOf(error), why: 'failed' };
}
