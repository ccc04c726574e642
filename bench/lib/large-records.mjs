import { MARKER } from './records.mjs';

const ENGLISH = 'The quick brown fox jumps over the lazy dog; "so it says", and on it goes.\n';
const FRENCH =
  'Voilà l’été dernier où, à Noël, « le cœur » déçu s’était tu ; là-bas, ça gèle déjà.\n'.replace(
    /[’œ]/g,
    "'",
  );
const CHINESE = '敏捷的棕色狐狸跳过了懒狗，“它是这么说的”，然后继续往前走。\n';
const EMOJI = 'The quick brown fox 🦊 jumps over the lazy dog 🐶; "so it says", and on it goes.\n';
/** What Python's json.dumps writes of an emoji, as in the arguments of a tool call. */
const ESCAPED = '{"text":"The quick brown fox \\ud83e\\udd8a jumps","next":"over the lazy dog"}\n';
const HALVES = 'Half of a fox \ud83e and half of a dog \udc36, "so it says", and on it goes.\n';

const list = (length, make) => Array.from({ length }, (_, index) => make(index));
const textOf = (sentence, characters) => sentence.repeat(Math.ceil(characters / sentence.length));
const roleOf = (turn) => (turn % 2 === 0 ? 'user' : 'assistant');
const chat = (sentence, messages, characters) => ({
  state: {
    conv_id: 'c1',
    messages: list(messages, (turn) => ({ role: roleOf(turn), content: textOf(sentence, characters) })),
  },
});
const nested = (depth) =>
  depth === 0
    ? { text: ENGLISH }
    : { name: `level ${depth}`, items: [depth, 'text'], below: nested(depth - 1) };

/** Records that are large, or not what most records are, each with the fields of a chat turn around. */
const SHAPES = [
  { name: 'chat, 10 KB', make: () => chat(ENGLISH, 10, 1000) },
  { name: 'chat, 100 KB', make: () => chat(ENGLISH, 100, 1000) },
  { name: 'chat, 1 MB', make: () => chat(ENGLISH, 850, 1000) },
  { name: 'one text, 100 KB', make: () => ({ prompt: textOf(ENGLISH, 100_000) }) },
  { name: 'one text, 1 MB', make: () => ({ prompt: textOf(ENGLISH, 980_000) }) },
  { name: 'chat, Latin-1', make: () => chat(FRENCH, 100, 1000) },
  { name: 'chat, Chinese', make: () => chat(CHINESE, 100, 350) },
  { name: 'chat, emoji', make: () => chat(EMOJI, 100, 1000) },
  { name: 'one text, emoji', make: () => ({ prompt: textOf(EMOJI, 100_000) }) },
  { name: 'chat, escaped emoji', make: () => chat(ESCAPED, 100, 1000) },
  { name: 'chat, lone surrogates', make: () => chat(HALVES, 100, 1000) },
  { name: '1,000 short messages', make: () => chat('Go on, please.', 1000, 14) },
  { name: '200 fields', make: () => Object.fromEntries(list(200, (at) => [`field_${at}`, `value ${at}`])) },
  { name: '100 levels deep', make: () => ({ tree: nested(100) }) },
  { name: '1,536 floats', make: () => ({ embedding: list(1536, (at) => Math.sin(at) / 7) }) },
  { name: 'base64, 100 KB', make: () => ({ image: bytes().toString('base64') }) },
  {
    name: 'a Buffer, 75 KB',
    make: () => ({ image: bytes() }),
    plain: (record) => ({ ...record, image: record.image.toString('base64') }),
  },
];

const bytes = () => Buffer.from(list(75_000, (at) => (at * at) & 255));

export const SHAPE_NAMES = SHAPES.map(({ name }) => name);

/** Records of a shape, and what JSON.stringify takes in place of one. */
export function recordsOf(shape, count) {
  const { make, plain = (record) => record } = SHAPES.find(({ name }) => name === shape);
  return {
    plain,
    records: list(count, (index) => ({ type: 'chat', model: MARKER, tokens: index, ...flat(make()) })),
  };
}

/** As JSON.parse gives them: no text is a rope, which the first to read it would have to join. */
const flat = (value) =>
  Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      Buffer.isBuffer(field) ? field : JSON.parse(JSON.stringify(field)),
    ]),
  );
