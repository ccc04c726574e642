import { parseJson } from './parse-json.js';
import { Records } from './records.js';
import type { StreamItem } from './stream-item.js';

/** `connecting` is before the first connection. */
export type Connection = 'connecting' | 'live' | 'lost' | 'back';

interface Message {
  readonly now: number;
  readonly skipped: number;
  readonly gap: boolean;
  readonly items: readonly StreamItem[];
}

/** The receiver says something every ten seconds. */
const SILENCE_MILLIS = 30_000;
const AGAIN_MILLIS = 2000;
const BACK_SHOWN_MILLIS = 4000;

/** Keeps the records of the page up to date, over a stream that it opens again when it's lost. */
export class Feed {
  readonly records = new Records();
  connection: Connection = 'connecting';
  /** How many records the receiver has counted, but not sent to this page. */
  skipped = 0;
  /** Whether records may be missing since the connection was lost. */
  hasGap = false;
  /** Whether the last records have come. */
  hasBegun = false;
  #lastId = '';
  #ahead = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #drawing = false;
  readonly #listeners = new Set<() => void>();

  /** The receiver's time, which can differ from the browser's. */
  get now(): number {
    return Date.now() + this.#ahead;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has the page drawn again, once a frame. */
  changed(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      for (const listener of this.#listeners) listener();
    });
  }

  open(): void {
    const query = this.#lastId === '' ? '' : `?after=${encodeURIComponent(this.#lastId)}`;
    const source = new EventSource(`/api/stream${query}`);
    const listen = (name: string, take: (event: MessageEvent<string>) => void): void => {
      source.addEventListener(name, (event) => {
        this.#heard(source);
        take(event as MessageEvent<string>);
        this.changed();
      });
    };
    listen('first', (event) => {
      this.hasBegun = true;
      this.#take(event);
    });
    listen('message', (event) => this.#take(event));
    listen('skipped', (event) => this.#skip((JSON.parse(event.data) as Message).skipped));
    listen('beat', (event) => this.#setNow((JSON.parse(event.data) as Message).now));
    source.addEventListener('error', () => this.#lost(source));
    source.addEventListener('open', () => this.#heard(source));
  }

  #take(event: MessageEvent<string>): void {
    const { now, skipped, gap, items } = parseJson(event.data) as Message;
    this.#setNow(now);
    this.#lastId = event.lastEventId;
    if (gap) this.hasGap = true;
    this.#skip(skipped);
    this.records.add(items, event.data.length, now);
  }

  #skip(count: number): void {
    this.skipped += count;
    this.records.rates.add(this.now, count, 0);
  }

  #setNow(now: number): void {
    this.#ahead = now - Date.now();
  }

  #heard(source: EventSource): void {
    if (this.connection === 'lost') {
      this.#say('back');
      setTimeout(() => {
        if (this.connection === 'back') this.#say('live');
      }, BACK_SHOWN_MILLIS);
    } else if (this.connection === 'connecting') this.#say('live');
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#again(source), SILENCE_MILLIS);
  }

  #lost(source: EventSource): void {
    this.#say('lost');
    // The browser tries again by itself, but not after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) this.#again(source);
  }

  #again(source: EventSource): void {
    source.close();
    clearTimeout(this.#silence);
    this.#say('lost');
    setTimeout(() => this.open(), AGAIN_MILLIS);
  }

  #say(connection: Connection): void {
    this.connection = connection;
    this.changed();
  }
}
