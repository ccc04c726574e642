/** What is tested: a part of an application, which gets its logger when it is loaded. */
import { getRemoteLogger } from 'otel-remote-logger';

const logger = getRemoteLogger();

/** @param {string} model @param {number} tokens */
export function finishTurn(model, tokens) {
  logger.log({ type: 'turn', model, usage: { tokens } });
}
