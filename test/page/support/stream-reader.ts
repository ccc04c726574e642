import { get, type IncomingMessage } from 'node:http';

export interface StreamEvent {
  readonly event: string;
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the server says
  readonly data: any;
}

/** Reads a stream of events as a page does. */
export class StreamReader {
  readonly #response: IncomingMessage;
  readonly #events: StreamEvent[] = [];
  #wake = (): void => {};
  #rest = '';
  hasEnded = false;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('error', () => {});
    response.on('close', () => {
      this.hasEnded = true;
      this.#wake();
    });
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<StreamReader> {
    return new Promise((resolve, reject) => {
      get(url, { headers, agent: false }, (response) => resolve(new StreamReader(response))).on(
        'error',
        reject,
      );
    });
  }

  get headers(): IncomingMessage['headers'] {
    return this.#response.headers;
  }

  /** Reads nothing more, for now. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  /** The next event; `undefined` at the end. */
  async next(): Promise<StreamEvent | undefined> {
    while (this.#events.length === 0 && !this.hasEnded)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#events.shift();
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\n\n');
    this.#rest = parts.pop() ?? '';
    this.#events.push(...parts.map(eventOf));
    this.#wake();
  }
}

function eventOf(text: string): StreamEvent {
  const lines = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/s)));
  return { event: lines['event'] ?? 'message', id: lines['id'] ?? '', data: JSON.parse(lines['data']) };
}
