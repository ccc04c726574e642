import { useEffect, useState } from 'preact/hooks';
import { parseJson } from './parse-json.js';
import type { Fields, Row } from './row.js';
import { fetchText } from './whole-records.js';

export interface Whole {
  readonly record: Fields;
  /** As it is stored. */
  readonly text?: string;
  /** Why this is only what came in the stream. */
  readonly problem?: string;
}

/** A record in full, as soon as it's there. */
export function useWhole(row: Row): Whole {
  const [got, setGot] = useState<{ readonly row: Row; readonly whole: Whole }>();
  useEffect(() => {
    const gone = new AbortController();
    const { record } = row.item;
    const set = (whole: Whole): void => setGot({ row, whole });
    fetchText(row, gone.signal).then(
      (text) => {
        if (text === undefined)
          set({ record, problem: 'Its file is gone: this is what the page has of it.' });
        else set({ record: parseJson(text) as Fields, text });
      },
      (error: unknown) => {
        if (!gone.signal.aborted) set({ record, problem: `It could not be fetched (${String(error)}).` });
      },
    );
    return () => gone.abort();
  }, [row]);
  return got?.row === row ? got.whole : { record: row.item.record };
}
