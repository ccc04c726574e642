import { mayHoldNames, replaceNamed } from '../redact/named-texts.js';
import { type Redaction, secretsRedaction } from '../redact/redaction.js';
import { CENSORED, type Rule } from '../redact/rule.js';
import type { State } from '../redact/state.js';
import { censored } from './censored.js';
import { Entries, put } from './entries.js';
import { isNoRoom } from './room.js';
import { textOf } from './text.js';

/** A longer text is no name. */
const MAX_NAME_LENGTH = 100;
const IS_JSON = /^\s*[[{]/;

/** Redacts a copy, in place: the application's own objects are never seen here. */
export class Redacting {
  readonly #redaction: Redaction;
  /** Copies what a censor returns. */
  readonly #copy: (value: unknown) => unknown;
  /** Whether all texts have to be read, so that no part of a copy can be left out. */
  readonly #readsTexts: boolean;
  readonly #path: (string | number)[] = [];
  /** How many values have been redacted. */
  #count = 0;

  constructor(redaction: Redaction, copy: (value: unknown) => unknown) {
    this.#redaction = redaction;
    this.#copy = copy;
    this.#readsTexts = redaction.inText || redaction.patterns.length > 0;
  }

  /** A whole record, or what is redacted like one. */
  redact(copied: unknown): unknown {
    return this.#value(copied, this.#redaction.start);
  }

  #value(value: unknown, state: State): unknown {
    if (value === undefined) return undefined; // it is left out
    if (state.rule !== undefined) return this.#censored(value, state.rule);
    if (typeof value === 'string') {
      return this.#readsTexts || state.isDeep ? this.#text(value, state) : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (!state.leads && !this.#readsTexts) return value;
    if (Array.isArray(value)) this.#list(value, state);
    else if (value instanceof Entries) this.#entries(value, state);
    else this.#fields(value, state);
    return value;
  }

  #fields(fields: object, state: State): void {
    const keys = this.#readsTexts ? undefined : state.keys;
    for (const key of keys ?? Object.keys(fields)) {
      if (keys !== undefined && !Object.hasOwn(fields, key)) continue;
      const value = (fields as Record<string, unknown>)[key];
      const redacted = this.#at(key, value, state.next(key));
      if (redacted !== value) put(fields, key, redacted);
    }
  }

  #entries({ keys, values }: Entries, state: State): void {
    for (const [index, key] of keys.entries()) values[index] = this.#at(key, values[index], state.next(key));
  }

  /** HTTP clients keep headers as lists, too: `[name, value, name, value]`, or `[[name, value]]`. */
  #list(items: unknown[], state: State): void {
    const hasNames = state.isDeep && items.length % 2 === 0 && typeof items[0] === 'string';
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      const named = hasNames && index % 2 === 1 ? stateOfName(items[index - 1], state) : undefined;
      const redacted = this.#at(index, item, named ?? state.item(index));
      // Indexes must not shift.
      if (redacted !== item) items[index] = redacted === undefined ? null : redacted;
    }
  }

  #at(key: string | number, value: unknown, state: State): unknown {
    this.#path.push(key);
    const redacted = this.#value(value, state);
    this.#path.pop();
    return redacted;
  }

  #censored(value: unknown, rule: Rule): unknown {
    this.#count++;
    return censored(value, rule, this.#path, this.#copy);
  }

  #text(text: string, state: State): string {
    const { inText, patterns } = this.#redaction;
    let result = (state.isDeep || inText) && mayHoldNames(text) ? this.#named(text, state) : text;
    if (inText && IS_JSON.test(result)) result = this.#json(result, state);
    for (const { regExp, rule } of patterns) {
      regExp.lastIndex = 0;
      // Most texts have no match, which this knows sooner.
      if (!regExp.test(result)) continue;
      result = result.replace(regExp, (match) => (match === '' ? '' : this.#match(match, rule)));
    }
    return result;
  }

  #named(text: string, state: State): string {
    return replaceNamed(text, (name, value) => {
      const { rule } = state.next(name);
      return rule === undefined ? undefined : this.#replaced(name, value, rule);
    });
  }

  #replaced(name: string, value: string, rule: Rule): string {
    this.#path.push(name);
    const replaced = this.#match(value, rule);
    this.#path.pop();
    return replaced;
  }

  /** What stands for a part of a text. */
  #match(match: string, rule: Rule): string {
    const replaced = this.#censored(match, rule) ?? '';
    return typeof replaced === 'object' ? CENSORED : String(replaced);
  }

  /** Where nothing in it is redacted, the text stays as it is. */
  #json(text: string, state: State): string {
    const count = this.#count;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return text;
    }
    const { length } = this.#path;
    try {
      const redacted = this.#value(parsed, state) as object;
      return this.#count === count ? text : textOf(redacted, false);
    } catch (error) {
      if (isNoRoom(error)) throw error;
      this.#path.length = length;
      return CENSORED; // nested too deep to be read
    }
  }
}

/** The same with what an application can't set: `SECRET_KEYS`. */
export const withoutSecrets = (copied: unknown): unknown =>
  new Redacting(secretsRedaction(), (value) => value).redact(copied);

/** The state that a name in a list leads to, where its value is redacted. */
function stateOfName(name: unknown, state: State): State | undefined {
  if (typeof name !== 'string' || name.length > MAX_NAME_LENGTH) return undefined;
  const next = state.next(name);
  return next.rule === undefined ? undefined : next;
}
