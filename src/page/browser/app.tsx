import { useEffect, useState } from 'preact/hooks';
import { Status } from './live/status.js';
import { VIEWS, type View } from './views.js';

/** Before a `?`, so that a view can keep settings of its own behind it: `#ask?question=votes`. */
const hashOf = (): string => location.hash.slice(1).split('?')[0] ?? '';

const viewOf = (hash: string): View => VIEWS.find((view) => view.hash === hash) ?? VIEWS[0];

/** The view that the address names. */
function useView(): View {
  const [hash, setHash] = useState(hashOf);
  useEffect(() => {
    const follow = (): void => setHash(hashOf());
    // Both: a link changes the hash, and the back button can leave it away.
    for (const event of ['hashchange', 'popstate']) addEventListener(event, follow);
    return () => {
      for (const event of ['hashchange', 'popstate']) removeEventListener(event, follow);
    };
  }, []);
  return viewOf(hash);
}

export function App() {
  const { hash, Component } = useView();
  return (
    <>
      <header class="top">
        <h1 class="brand">otel-remote-logger</h1>
        <nav class="views" aria-label="Views">
          {VIEWS.map((view) => (
            <a key={view.hash} href={`#${view.hash}`} aria-current={view.hash === hash ? 'page' : undefined}>
              {view.title}
            </a>
          ))}
        </nav>
        <Status />
      </header>
      <main>
        <Component />
      </main>
    </>
  );
}
