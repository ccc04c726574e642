import { useCallback, useRef, useState } from 'preact/hooks';
import type { Filter } from './filter.js';
import type { Row } from './row.js';

export interface Hold {
  /** What is shown: what there is, or what there was when it was held. */
  readonly rows: readonly Row[];
  /** How many have come since; `undefined` where nothing is held. */
  readonly waiting: number | undefined;
  readonly isPaused: boolean;
  readonly setPaused: (isPaused: boolean) => void;
  /** A list that is scrolled away from the newest record stands still, too. */
  readonly setOnTop: (isOnTop: boolean) => void;
}

/** Rows that stand still while they are held, and go on afterwards. */
export function useHold(matching: readonly Row[], filter: Filter): Hold {
  const [isPaused, setPaused] = useState(false);
  const [isOnTop, setOnTop] = useState(true);
  const held = useRef<{ readonly rows: readonly Row[]; readonly filter: Filter } | undefined>(undefined);
  const isHeld = isPaused || !isOnTop;
  if (!isHeld) held.current = undefined;
  // With another filter, what is shown is another list.
  else if (held.current?.filter !== filter) held.current = { rows: matching.slice(), filter };
  const rows = held.current?.rows ?? matching;
  const last = rows.at(-1)?.number ?? -1;
  const waiting = isHeld ? countAfter(matching, last) : undefined;
  return { rows, waiting, isPaused, setPaused, setOnTop: useCallback((is) => setOnTop(is), []) };
}

/** They grow: found from the end. */
function countAfter(rows: readonly Row[], number: number): number {
  const place = rows.findLastIndex((row) => row.number <= number);
  return rows.length - 1 - place;
}
