import { useState } from 'preact/hooks';
import { CopyButton } from '../shared/copy-button.js';
import { clockText } from './clock-text.js';
import { conversationsOf } from './conversation.js';
import { ConversationView } from './conversation-view.js';
import { jsonOf } from './parse-json.js';
import type { Row } from './row.js';
import { useWhole } from './use-whole.js';
import { ValueTree } from './value-tree.js';

interface RecordDetailProps {
  readonly row: Row;
  readonly onClose: () => void;
  readonly onSelect: (row: Row) => void;
  readonly onFilter: (field: string, value: string) => void;
}

/** One record in full. */
export function RecordDetail({ row, onClose, onSelect, onFilter }: RecordDetailProps) {
  const { record, text, problem } = useWhole(row);
  const [wantsFields, setWantsFields] = useState(false);
  const conversations = conversationsOf(record);
  const showsFields = wantsFields || conversations.length === 0;
  return (
    <section class="detail" aria-label="Record">
      <header class="detail-head">
        <time class="mono">{clockText(row.atMillis)}</time>
        {conversations.length > 0 && (
          <fieldset class="choice">
            <legend class="only-heard">Show the record as</legend>
            <button
              type="button"
              class="small"
              aria-pressed={!showsFields}
              onClick={() => setWantsFields(false)}
            >
              Conversation
            </button>
            <button
              type="button"
              class="small"
              aria-pressed={showsFields}
              onClick={() => setWantsFields(true)}
            >
              Fields
            </button>
          </fieldset>
        )}
        <span class="space" />
        <CopyButton text={() => jsonOf(record, 2)} label="Copy JSON" />
        <button type="button" class="small" aria-label="Close the record" title="Esc" onClick={onClose}>
          ✕
        </button>
      </header>
      {problem !== undefined && <p class="notice">{problem}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <div class="detail-body" key={row.id} tabIndex={0}>
        {showsFields ? (
          <ValueTree
            key={text === undefined ? 'cut' : 'whole'}
            value={record}
            path={[]}
            onFilter={onFilter}
          />
        ) : (
          <ConversationView row={row} conversations={conversations} onSelect={onSelect} onFilter={onFilter} />
        )}
      </div>
    </section>
  );
}
