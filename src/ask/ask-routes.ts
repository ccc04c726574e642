import { answerJson } from '../receiver/http/answer.js';
import type { Route, Routes } from '../receiver/route.js';
import { type AskOptions, ask } from './ask.js';
import { type Answer, AskError, type NoAnswer } from './question.js';
import { QUESTIONS } from './questions.js';

/** So many questions wait for the one that is being answered. */
const MAX_WAITING = 8;

/** An answer passes through the process that receives. */
const LIMITS: AskOptions = { maxRows: 10_000, maxCharacters: 8 * 1024 * 1024, timeoutMillis: 60_000 };

const STATUS: Readonly<Record<NoAnswer['why'], number>> = {
  wrong: 400,
  missing: 501,
  limit: 413,
  failed: 503,
};

/**
 * What the page asks: `/api/questions`, those that are ready with what there is to ask; `/api/query?sql=`, one SELECT. One question is answered at
 * a time, whoever asks, so that receiving has the machine for itself; who goes away is not answered.
 */
export function askRoutes(directory: string): Routes {
  const turns = new Turns();
  const answering =
    (questionOf: (url: URL) => string, tell: (answer: Answer) => unknown): Route =>
    async (_request, response, url) => {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      try {
        const options: AskOptions = { ...LIMITS, signal: gone.signal };
        const answer = await turns.take(() => ask(directory, questionOf(url), options), gone.signal);
        answerJson(response, 200, tell(answer));
      } catch (error) {
        if (!(error instanceof AskError)) throw error;
        answerJson(response, STATUS[error.why], { error: error.message, why: error.why });
      }
    };
  return {
    '/api/questions': answering(
      () => 'SELECT 1',
      ({ engine, fields, notes }) => ({ engine, fields, notes, questions: QUESTIONS }),
    ),
    '/api/query': answering(
      (url) => url.searchParams.get('sql') ?? '',
      (answer) => answer,
    ),
  };
}

/** One at a time. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  async take<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#waiting >= MAX_WAITING) throw new AskError('too many questions wait; try again', 'failed');
    this.#waiting++;
    let isWaiting = true;
    const leave = (): void => {
      if (isWaiting) this.#waiting--;
      isWaiting = false;
    };
    signal.addEventListener('abort', leave, { once: true });
    const turn = this.#last.then(() => {
      leave();
      if (signal.aborted) throw new AskError('cancelled', 'failed');
      return run();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
