/** What is tested: a part of an application, which gets its logger when it is loaded. */
const { getRemoteLogger } = require('otel-remote-logger');

const logger = getRemoteLogger();

/** @param {string} model @param {number} tokens */
exports.finishTurn = (model, tokens) => {
  logger.log({ type: 'turn', model, usage: { tokens } });
};
