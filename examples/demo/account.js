/** @import { DeliveryStats } from 'otel-remote-logger' */
/** @import { Expected } from './client.js' */
/** @import { Received } from './receiver.js' */

/**
 * Holds what arrived against what the driver did.
 * @param {readonly Expected[]} expected
 * @param {readonly Received[]} received
 */
export function compare(expected, received) {
  const unclaimed = new Set(received);
  /** @type {string[]} */
  const missing = [];
  for (const one of expected) {
    const match = [...unclaimed].find(({ record }) => isOf(one, record));
    if (match === undefined)
      missing.push(`missing: ${one.type} on turn ${one.turn} of conversation ${one.convId}`);
    else unclaimed.delete(match);
  }
  const unexpected = [...unclaimed].map(({ record }) => `unexpected: ${JSON.stringify(record)}`);
  return {
    arrived: expected.length - missing.length,
    faults: [...missing, ...unexpected, ...received.flatMap(faultsOf)],
  };
}

/**
 * Who counted how many records, in the order in which they pass.
 * @param {{ expected: number, calls: number, received: number }} counts
 * @param {DeliveryStats} stats
 */
export function accountOf({ expected, calls, received }, { accepted, delivered, pending, failed, dropped }) {
  const counts = {
    'expected by the driver': expected,
    'log() calls': calls,
    accepted,
    delivered,
    'received by the receiver': received,
  };
  const differing = Object.entries(counts).filter(([, count]) => count !== expected);
  return {
    account: {
      ...counts,
      ...losses({ pending }),
      ...losses(failed, 'failed: '),
      ...losses(dropped, 'dropped: '),
    },
    differences: differing.map(([who, count]) => `account: ${who} is ${count}, not ${expected}`),
  };
}

/**
 * Only what is there: in a good account there is none.
 * @param {Readonly<Record<string, number>>} counts
 */
function losses(counts, prefix = '') {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return Object.fromEntries(some.map(([reason, count]) => [prefix + reason, count]));
}

/** @type {(expected: Expected, record: Record<string, unknown>) => boolean} */
function isOf({ type, convId, turn, question, answer, isWhole }, record) {
  if (record['type'] !== type || typeof record['state'] !== 'string') return false;
  const { conv_id, messages } = JSON.parse(record['state']);
  const [[, asked], [, answered]] = messages.slice(-2);
  const isAnswer = isWhole ? answered === answer : answered.startsWith(answer);
  return conv_id === convId && messages.length === turn * 2 && asked === question && isAnswer;
}

/** @param {Received} received */
function faultsOf({ contentType, record }) {
  const nested = Object.entries(record).filter(([, value]) => typeof value === 'object' && value !== null);
  const faults = nested.map(([key]) => `not flat: ${key} of ${JSON.stringify(record)}`);
  return contentType === 'application/json' ? faults : [...faults, `Content-Type: ${contentType}`];
}
