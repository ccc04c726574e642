import { textOf } from '../runtime/foreign.js';
import { askDuckDB, loadDuckDB } from './duckdb.js';
import { type Answer, AskError, type NoAnswer, type Question } from './question.js';
import { askSqlite, loadSqlite } from './sqlite.js';

/** In a child process: takes one question, and sends one answer. */
export function answerOne(): void {
  process.once('message', (question: Question) => {
    void answer(question)
      .catch(failureOf)
      .then((message) => process.send?.(message, () => process.exit()));
  });
  // Whoever has asked is gone. An exit would wait until DuckDB has its answer.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

async function answer(question: Question): Promise<Answer> {
  const duckdb = await loadDuckDB();
  if (duckdb !== undefined) return askDuckDB(duckdb, question);
  const sqlite = loadSqlite();
  if (sqlite !== undefined) return askSqlite(sqlite, question);
  throw new AskError('asking needs DuckDB: npm install @duckdb/node-api', 'missing');
}

function failureOf(error: unknown): NoAnswer {
  if (error instanceof AskError) return { error: error.message, why: error.why };
  return { error: error instanceof Error ? error.message : textOf(error), why: 'failed' };
}
