/** @import { ConversationState } from './records.js' */

/** The conversations that can be voted on or gone on with. Past the limit, the one that rested longest is forgotten. */
export class Conversations {
  /** In the order of their last turn, as a Map keeps the order of insertion. @type {Map<string, ConversationState>} */
  #states = new Map();
  #limit;

  /** @param {number} limit */
  constructor(limit) {
    this.#limit = limit;
  }

  /** @param {string} id */
  get(id) {
    return this.#states.get(id);
  }

  /** @param {ConversationState} state */
  put(state) {
    this.#states.delete(state.conv_id);
    this.#states.set(state.conv_id, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > this.#limit && oldest !== undefined) this.#states.delete(oldest);
  }
}
