import { useEffect, useState } from 'preact/hooks';
import { type Asked, askedIn } from './address.js';
import { type Answer, fetchAnswer, fetchQuestions, type ReadyQuestions } from './asking.js';

/** What comes of a request. */
export interface Outcome<T> {
  readonly value?: T;
  readonly error?: string;
}

/** What the address asks, now and when it changes. */
export function useAsked(): Asked {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return askedIn(hash);
}

export const useQuestions = (): Outcome<ReadyQuestions> => useFetched('questions', fetchQuestions);

/** `undefined` asks nothing. What is no longer wanted is cancelled, here and in the receiver. */
export const useAnswer = (sql: string | undefined, turn: number): Outcome<Answer> =>
  useFetched(sql === undefined ? undefined : `${turn} ${sql}`, (signal) => fetchAnswer(sql ?? '', signal));

function useFetched<T>(key: string | undefined, load: (signal: AbortSignal) => Promise<T>): Outcome<T> {
  const [outcome, setOutcome] = useState<Outcome<T> & { readonly key?: string | undefined }>({});
  useEffect(() => {
    if (key === undefined) return;
    const wanted = new AbortController();
    load(wanted.signal).then(
      (value) => setOutcome({ key, value }),
      (error) => {
        if (!wanted.signal.aborted)
          setOutcome({ key, error: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => wanted.abort();
  }, [key]);
  return outcome.key === key ? outcome : {};
}
