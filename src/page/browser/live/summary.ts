import { inOneLine } from '../shared/visible.js';
import { type Conversation, conversationsOf } from './conversation.js';
import { kindOf, own, type Row, textOf } from './row.js';

/** What stands in a row behind the time: fields, or of a conversation what was said last. */
export interface Summary {
  readonly said?: { readonly model: string; readonly asked: string; readonly answered: string };
  readonly fields: readonly (readonly [field: string, value: string])[];
}

const MOST_FIELDS = 12;
const MOST_CHARACTERS = 200;
/** They stand in the row elsewhere, or say nothing to a person. */
const LEFT_OUT = ['received_at', 'otel.received_at'];

export function summaryOf({ item: { record } }: Row): Summary {
  const [kind] = kindOf(record) ?? [];
  const [conversation] = conversationsOf(record);
  const said = conversation === undefined ? undefined : saidIn(conversation, own(record, 'model'));
  const hidden = said === undefined ? LEFT_OUT : [...LEFT_OUT, 'state', 'states', 'messages', 'model'];
  const fields = Object.keys(record)
    .filter((field) => field !== kind && !hidden.includes(field))
    .slice(0, MOST_FIELDS)
    .map((field) => [short(field), short(textOf(own(record, field)))] as const);
  return { ...(said === undefined ? {} : { said }), fields };
}

function saidIn({ turns, model }: Conversation, named: unknown): Summary['said'] {
  const of = (role: string): string => short(turns.findLast((turn) => turn.role === role)?.text ?? '');
  const name = typeof named === 'string' ? named : (model ?? '');
  return { model: short(name), asked: of('user'), answered: of('assistant') };
}

/** Cut before it is looked at: a text can have megabytes. */
const short = (text: string): string => {
  const line = inOneLine(text.slice(0, MOST_CHARACTERS));
  return text.length > MOST_CHARACTERS ? `${line}…` : line;
};
