import { Value } from '../shared/value.js';
import { clockText } from './clock-text.js';
import { type Conversation, type Turn, votesOn } from './conversation.js';
import type { Row } from './row.js';
import { feed } from './use-feed.js';

interface ConversationViewProps {
  readonly row: Row;
  readonly conversations: readonly Conversation[];
  readonly onSelect: (row: Row) => void;
  readonly onFilter: (field: string, value: string) => void;
}

/** A chat turn as it was said, or two side by side, with the votes on it. */
export function ConversationView({ row, conversations, onSelect, onFilter }: ConversationViewProps) {
  const ids = conversations.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const votes = votesOn(ids, feed.records.rows);
  const [id] = ids;
  return (
    <div class="conversation">
      <ul class="votes" aria-label="Votes">
        {votes.map((vote) => (
          <li key={vote.row.id}>
            <button type="button" aria-pressed={vote.row === row} onClick={() => onSelect(vote.row)}>
              {vote.says} <time class="at">{clockText(vote.row.atMillis)}</time>
            </button>
          </li>
        ))}
        {votes.length === 0 && <li class="dim">No votes yet</li>}
        {id !== undefined && (
          <li>
            <button type="button" onClick={() => onFilter('conv_id', id)}>
              All of this conversation
            </button>
          </li>
        )}
      </ul>
      <div class={conversations.length > 1 ? 'sides' : undefined}>
        {conversations.map((conversation, side) => (
          <Turns key={conversation.id ?? side} {...conversation} />
        ))}
      </div>
    </div>
  );
}

function Turns({ model, turns }: Conversation) {
  return (
    <section class="turns" aria-label={model ?? 'Conversation'}>
      {model !== undefined && (
        <h2>
          <Value text={model} />
        </h2>
      )}
      {turns.slice(-MOST_TURNS).map((turn, index) => (
        <Said key={index} turn={turn} />
      ))}
    </section>
  );
}

const MOST_TURNS = 200;
/** Longer texts are among the fields, in pieces. */
const MOST_CHARACTERS = 20_000;

function Said({ turn: { role, name, text } }: { readonly turn: Turn }) {
  return (
    <div class={`turn turn-${role}`}>
      <p class="role">
        <Value text={name.slice(0, 60)} />
      </p>
      <div class="bubble">
        {text === '' ? <i class="dim">nothing</i> : <Value text={text.slice(0, MOST_CHARACTERS)} />}
        {text.length > MOST_CHARACTERS && <i class="dim"> … cut: the fields have it in full</i>}
      </div>
    </div>
  );
}
