import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Filter, filterOf } from './filter.js';
import { quoted, wordFor, wordsOf } from './filter-words.js';
import { feed } from './use-feed.js';

const FIELD = 'filter';

const textInAddress = (): string => new URLSearchParams(location.search).get(FIELD) ?? '';

/** `replace` while somebody types, `push` for a step that the back button takes back. */
type Step = 'push' | 'replace';
export type SetFilter = (text: string, step: Step) => void;

/** The filter of the address. */
export function useFilter(): readonly [Filter, SetFilter] {
  const [filter, setFilter] = useState(apply);
  useEffect(() => {
    const follow = (): void => setFilter(apply());
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const set = useCallback<SetFilter>((text, step) => {
    const url = new URL(location.href);
    if (text === '') url.searchParams.delete(FIELD);
    else url.searchParams.set(FIELD, text);
    if (url.href !== location.href) history[step === 'push' ? 'pushState' : 'replaceState'](null, '', url);
    setFilter(apply());
  }, []);
  return [filter, set];
}

/** A filter that can't be read leaves the last one in place. */
function apply(): Filter {
  const filter = filterOf(textInAddress());
  if (filter.error === undefined) feed.records.setFilter(filter);
  feed.changed();
  return filter;
}

/** The filter with a word more, or without it if it is there. */
export function toggled(filter: Filter, field: string, value: string): string {
  const word = wordFor(field, value);
  if (filter.error !== undefined) return word;
  const words = wordsOf(filter.text);
  const written = words.map(({ field: name, operator, text }) =>
    name === undefined ? quoted(text) : wordFor(name, text, operator),
  );
  const others = written.filter((one) => one !== word);
  return (others.length < written.length ? others : [...written, word]).join(' ');
}

export const isOn = (filter: Filter, field: string, value: string): boolean =>
  filter.error === undefined &&
  wordsOf(filter.text).some((word) => word.field === field && word.operator === '=' && word.text === value);
