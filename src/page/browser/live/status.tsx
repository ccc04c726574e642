import type { Connection } from './feed.js';
import { useFeed } from './use-feed.js';

const WORDS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost',
  back: 'live again',
};

/** Whether records arrive, in the head of every view. */
export function Status() {
  const { connection } = useFeed();
  return (
    <p class={`status status-${connection}`} role="status">
      {WORDS[connection]}
    </p>
  );
}
