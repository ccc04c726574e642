import { useEffect, useState } from 'preact/hooks';
import { Feed } from './feed.js';

/** One for the page, whatever view is shown. */
export const feed = new Feed();

/** Draws a component again when records have come. */
export function useFeed(): Feed {
  const [, setCount] = useState(0);
  useEffect(() => feed.subscribe(() => setCount((count) => count + 1)), []);
  return feed;
}
