import { nestedIn } from './parse-json.js';
import { type Fields, own, type Row, textOf } from './row.js';

export interface Turn {
  readonly role: 'user' | 'assistant' | 'system' | 'tool';
  /** As the record names it. */
  readonly name: string;
  readonly text: string;
}

export interface Conversation {
  readonly id?: string;
  readonly model?: string;
  readonly turns: readonly Turn[];
}

/** The conversations in a record: FastChat's `state` or its two `states`, or `messages` as OpenAI has them. */
export function conversationsOf(record: Fields): readonly Conversation[] {
  const states = listOf(nested(own(record, 'states')));
  const found = [nested(own(record, 'state')), ...states.map(nested)].map(ofState);
  const all = found.filter((one) => one !== undefined);
  if (all.length > 0) return all;
  const openAi = ofMessages(record);
  return openAi === undefined ? [] : [openAi];
}

function ofState(state: unknown): Conversation | undefined {
  if (!isObject(state)) return undefined;
  const turns = listOf(nested(own(state, 'messages'))).map((message) => turnOf(message, state));
  const said = turns.filter((turn) => turn !== undefined);
  if (said.length === 0) return undefined;
  const system = own(state, 'system_message') ?? own(state, 'system');
  const first: Turn[] =
    typeof system === 'string' && system !== '' ? [{ role: 'system', name: 'system', text: system }] : [];
  return { ...named(own(state, 'conv_id'), own(state, 'model_name')), turns: [...first, ...said] };
}

/** What was asked, and what was answered, where the record has that, too. */
function ofMessages(record: Fields): Conversation | undefined {
  const asked = listOf(nested(own(record, 'messages')));
  const response = nested(own(record, 'response'));
  const choices = listOf(nested(own(isObject(response) ? response : record, 'choices')));
  const answers = choices.map((choice) => (isObject(choice) ? own(choice, 'message') : undefined));
  const turns = [...asked, ...answers].map((message) => turnOf(message)).filter((turn) => turn !== undefined);
  if (turns.length === 0) return undefined;
  return { ...named(own(record, 'conv_id'), own(record, 'model')), turns };
}

function named(id: unknown, model: unknown): Partial<Conversation> {
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
  };
}

/** `[role, text]`, or an object with `role` and `content`. */
function turnOf(message: unknown, state: Fields = {}): Turn | undefined {
  const [role, content] = Array.isArray(message)
    ? [message[0], message[1]]
    : isObject(message)
      ? [own(message, 'role'), own(message, 'content')]
      : [];
  if (typeof role !== 'string') return undefined;
  const calls = isObject(message) ? own(message, 'tool_calls') : undefined;
  const text = [contentOf(content), calls === undefined || calls === null ? '' : textOf(calls)]
    .filter((part) => part !== '')
    .join('\n');
  return { role: roleOf(role, listOf(own(state, 'roles'))), name: role, text };
}

/** A text, or parts of which some are text. A model that has not answered yet leaves `null`. */
function contentOf(content: unknown): string {
  if (content === null || content === undefined) return '';
  if (!Array.isArray(content)) return textOf(content);
  return content
    .map((part) => {
      const text = isObject(part) ? own(part, 'text') : part;
      return typeof text === 'string'
        ? text
        : isObject(part)
          ? `[${textOf(own(part, 'type') ?? 'part')}]`
          : '';
    })
    .join('\n');
}

function roleOf(role: string, roles: readonly unknown[]): Turn['role'] {
  if (roles.indexOf(role) === 0 || /^(user|human)$/i.test(role)) return 'user';
  if (/^(system|developer)$/i.test(role)) return 'system';
  return /^(tool|function)$/i.test(role) ? 'tool' : 'assistant';
}

export interface Vote {
  readonly row: Row;
  readonly type: string;
  /** What it says, in words. */
  readonly says: string;
}

const VOTES: Readonly<Record<string, string>> = {
  upvote: '▲ Upvote',
  downvote: '▼ Downvote',
  flag: '⚑ Flag',
  leftvote: '◀ The left one is better',
  rightvote: '▶ The right one is better',
  tievote: '= A tie',
  bothbad_vote: '✕ Both are bad',
};

/** The votes on these conversations, the oldest first. */
export function votesOn(ids: readonly string[], rows: readonly Row[]): readonly Vote[] {
  return rows.flatMap((row) => {
    const type = own(row.item.record, 'type');
    if (typeof type !== 'string' || !isVote(type)) return [];
    if (!row.item.conversations?.some((id) => ids.includes(id))) return [];
    return [{ row, type, says: own(VOTES, type) === undefined ? type : String(own(VOTES, type)) }];
  });
}

const isVote = (type: string): boolean => Object.hasOwn(VOTES, type) || /vote$/.test(type);

const nested = (value: unknown): unknown => (typeof value === 'string' ? nestedIn(value) : value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
