import { CopyButton } from '../shared/copy-button.js';

/** What sends a first record, from three places. */
const senders = (url: string): readonly (readonly [name: string, text: string])[] => [
  [
    'Node',
    `// REMOTE_LOGGER_URL=${url} node app.js
import { getRemoteLogger } from 'otel-remote-logger';

getRemoteLogger().log({ type: 'chat', model: 'vicuna-13b', tokens: 42 });`,
  ],
  [
    'curl',
    `curl ${url} -H 'content-type: application/json' -d '{"type":"chat","model":"vicuna-13b","tokens":42}'`,
  ],
  [
    'Python',
    `import json, urllib.request

record = {"type": "chat", "model": "vicuna-13b", "tokens": 42}
headers = {"Content-Type": "application/json"}
urllib.request.urlopen(urllib.request.Request("${url}", json.dumps(record).encode(), headers))`,
  ],
];

/** Before the first record: how to send one. */
export function EmptyState() {
  return (
    <section class="empty" aria-label="How to send the first record">
      <h2>Waiting for the first record</h2>
      <p class="dim">POST JSON to any path of this address, and it appears here.</p>
      {senders(`${location.origin}/logs`).map(([name, text]) => (
        <div class="sender" key={name}>
          <header>
            <h3>{name}</h3>
            <CopyButton text={() => text} />
          </header>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
          <pre tabIndex={0}>{text}</pre>
        </div>
      ))}
    </section>
  );
}
