import { countText } from './clock-text.js';
import type { Feed } from './feed.js';

/** What the page does not show, and why. */
export function Notices({ feed }: { readonly feed: Feed }) {
  const { connection, skipped, hasGap } = feed;
  const forget = (): void => {
    feed.skipped = 0;
    feed.hasGap = false;
    feed.changed();
  };
  return (
    <>
      {connection === 'lost' && (
        <p class="notice" role="alert">
          The connection to the receiver is lost. Trying again…
        </p>
      )}
      {(skipped > 0 || hasGap) && (
        <p class="notice" role="status">
          {skipped > 0 && (
            <span>{countText(skipped)} records came too fast for this page, and are only counted.</span>
          )}
          {hasGap && <span>Records that came while the connection was lost may be missing here.</span>}
          <span>The files have all.</span>
          <button type="button" class="small" onClick={forget}>
            OK
          </button>
        </p>
      )}
    </>
  );
}
