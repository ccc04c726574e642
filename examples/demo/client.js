/** A client of the chat service, over real HTTP. */

/**
 * What must arrive at the receiver because of what the client did.
 * @typedef {object} Expected
 * @property {string} type
 * @property {string} convId
 * @property {number} turn From 1.
 * @property {string} question
 * @property {string} answer As the client received it.
 * @property {boolean} isWhole Whether the client stayed until the end of the answer.
 */

const TIMEOUT_MILLIS = 10_000;

/** One conversation; it keeps its messages, as a browser would. */
export class ChatClient {
  #url;
  /** @type {{ role: string, content: string }[]} */
  #messages = [];
  /** @type {string | undefined} */
  #convId;
  /** @type {Expected | undefined} */
  #lastTurn;

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  /** @param {string} question */
  async ask(question) {
    const response = await this.#complete(question, { stream: false });
    const { choices } = /** @type {{ choices: { message: { content: string } }[] }} */ (
      await response.json()
    );
    return this.#took(question, choices[0]?.message.content ?? '', true);
  }

  /** @param {string} question */
  async stream(question) {
    const response = await this.#complete(question, { stream: true });
    let answer = '';
    for await (const text of contents(response)) answer += text;
    return this.#took(question, answer, true);
  }

  /**
   * Goes away in the middle of the answer.
   * @param {string} question
   * @param {number} atToken
   */
  async leave(question, atToken) {
    const response = await this.#complete(question, { stream: true, max_tokens: 16_384 });
    let answer = '';
    let tokens = 0;
    for await (const text of contents(response)) {
      answer += text;
      // Leaving the loop cancels the body, which closes the connection.
      if (text !== '' && ++tokens === atToken) break;
    }
    return this.#took(question, answer, false);
  }

  /**
   * @param {'upvote' | 'downvote' | 'flag'} type
   * @returns {Promise<Expected>}
   */
  async vote(type) {
    if (this.#lastTurn === undefined) throw new Error('there is nothing to vote on');
    await successOf(await post(`${this.#url}/vote`, { conversation_id: this.#convId, type }));
    return { ...this.#lastTurn, type };
  }

  /**
   * @param {string} question
   * @param {Record<string, unknown>} options
   */
  async #complete(question, options) {
    this.#messages.push({ role: 'user', content: question });
    const body = {
      model: 'canned-chat-1',
      messages: this.#messages,
      conversation_id: this.#convId,
      ...options,
    };
    const response = await successOf(await post(`${this.#url}/v1/chat/completions`, body));
    this.#convId = response.headers.get('x-conversation-id') ?? undefined;
    return response;
  }

  /** @type {(question: string, answer: string, isWhole: boolean) => Expected} */
  #took(question, answer, isWhole) {
    this.#messages.push({ role: 'assistant', content: answer });
    const turn = this.#messages.length / 2;
    this.#lastTurn = { type: 'chat', convId: this.#convId ?? '', turn, question, answer, isWhole };
    return this.#lastTurn;
  }
}

/**
 * @param {string} url
 * @param {unknown} body
 */
export function post(url, body) {
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(TIMEOUT_MILLIS);
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
}

/** @param {Response} response */
async function successOf(response) {
  if (response.ok) return response;
  throw new Error(`the chat service answered ${response.status}: ${await response.text()}`);
}

/**
 * The pieces of a streamed answer.
 * @param {Response} response
 */
async function* contents(response) {
  for await (const data of eventsOf(response)) {
    if (data === '[DONE]') return;
    /** @type {{ choices: { delta: { content?: string } }[] }} */
    const { choices } = JSON.parse(data);
    yield choices[0]?.delta.content ?? '';
  }
  throw new Error('the stream ended without [DONE]');
}

/**
 * The data of server-sent events, each of which is one line here.
 * @param {Response} response
 */
async function* eventsOf({ body }) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body ?? []) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) yield event.replace(/^data: /, '');
  }
}
