/** What a sink counts in all that it receives: each record holds it once. */
export const MARKER = 'vicuna-13b';

/** The record of the README, a chat turn of five fields. A new object each time, as a service would make it. */
export const seedRecord = (index) => ({
  type: 'chat',
  model: MARKER,
  tokens: index % 1000,
  gen_params: { temperature: 0.7 },
  state: {
    conv_id: 'c1',
    messages: [
      ['USER', 'Hi!'],
      ['ASSISTANT', 'Hello!'],
    ],
  },
});

const PARAGRAPH = 'The quick brown fox jumps over the lazy dog; "so it says", and on it goes.\n'.repeat(13);

/** About 100 KB: a long conversation. */
export const bigRecord = (index) => ({
  ...seedRecord(index),
  state: {
    conv_id: 'c1',
    messages: Array.from({ length: 100 }, (_, turn) => [turn % 2 === 0 ? 'USER' : 'ASSISTANT', PARAGRAPH]),
  },
});

/** The least that any sender must do to send the same JSON: nested values as JSON strings. */
export function toFlatJson(record) {
  const flat = {};
  for (const key in record) {
    const value = record[key];
    flat[key] = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  }
  return JSON.stringify(flat);
}
