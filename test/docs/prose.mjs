/**
 * What is hard to read in the pages for users: words that are misspelt or written twice, sentences that are too long, and pages with too many
 * passives or long sentences.
 */
import dictionary from 'dictionary-en-gb';
import { toString as textOf } from 'nlcst-to-string';
import retextEnglish from 'retext-english';
import retextPassive from 'retext-passive';
import retextRepeatedWords from 'retext-repeated-words';
import retextSpell from 'retext-spell';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import { VFile } from 'vfile';
import { lineOf } from '../support/markdown.mjs';

/**
 * @import { Node, Root } from 'mdast'
 * @import { Root as Prose, Sentence } from 'nlcst'
 * @typedef {{ readonly line: number; readonly text: string; readonly isCell: boolean }} Unit
 * @typedef {{ readonly line: number; readonly message: string }} Fault
 */

/** The most words of a sentence, and of a cell of a table. What needs more wants two sentences, or a paragraph below the table. */
const MOST_WORDS = 35;
const MOST_WORDS_OF_CELL = 35;
/** A sentence above it is long; a page may have some. */
const LONG = 25;
/** The most of a page's sentences that may be long, and that may be passive. */
const MOST_LONG = 0.1;
const MOST_PASSIVE = 0.2;
/** A page with fewer sentences has no shares. */
const FEWEST_SENTENCES = 20;

/** Suggestions take long. */
const MOST_SUGGESTIONS = 3;

/** A name or a piece of code stands for one word. */
const CODE = 'Code';

/** The paragraphs, headings and cells of a page. @param {Root} root @returns {Unit[]} */
function unitsOf(root) {
  /** @type {Unit[]} */
  const units = [];
  visit(root, (node) => {
    if (node.type !== 'paragraph' && node.type !== 'heading' && node.type !== 'tableCell') return undefined;
    const text = proseOf(node).replaceAll(/\s+/g, ' ').trim();
    if (text !== '') units.push({ line: lineOf(node), text, isCell: node.type === 'tableCell' });
    return SKIP;
  });
  return units;
}

/** @param {Node} node @returns {string} */
function proseOf(node) {
  if (node.type === 'text') return /** @type {import('mdast').Text} */ (node).value;
  if (node.type === 'inlineCode') return CODE;
  if (node.type === 'break') return ' ';
  // An address, or the name of a file.
  if (node.type === 'link' && /^\S+[./]\S+$/.test(proseOfChildren(node))) return CODE;
  return proseOfChildren(node);
}

/** @param {Node} node */
const proseOfChildren = (node) =>
  'children' in node ? /** @type {import('mdast').Parent} */ (node).children.map(proseOf).join('') : '';

/** @param {Sentence} sentence */
function wordsOf(sentence) {
  let words = 0;
  visit(sentence, 'WordNode', () => void words++);
  return words;
}

/** @param {string} words */
const withPossessives = (words) => words.replaceAll(/.+/g, "$&\n$&'s");

/** @param {string} vocabulary Words that no dictionary has, one a line. */
export function proseChecker(vocabulary) {
  const processor = unified()
    .use(retextEnglish)
    .use(retextPassive)
    .use(retextRepeatedWords)
    .use(retextSpell, {
      dictionary,
      personal: withPossessives(vocabulary),
      ignoreDigits: true,
      max: MOST_SUGGESTIONS,
    })
    // Nothing is written again.
    .use(function () {
      this.compiler = () => '';
    });

  /** @param {string} text */
  async function read(text) {
    const file = new VFile(text);
    const tree = /** @type {Prose} */ (processor.parse(file));
    await processor.run(tree, file);
    /** @type {Sentence[]} */
    const sentences = [];
    visit(tree, 'SentenceNode', (node) => void sentences.push(node));
    return { sentences, messages: file.messages };
  }

  /** @param {Root} root @returns {Promise<Fault[]>} */
  return async function faultsOf(root) {
    /** @type {Fault[]} */
    const faults = [];
    const counted = { all: 0, long: 0, passive: 0 };
    for (const { line, text, isCell } of unitsOf(root)) {
      const { sentences, messages } = await read(text);
      const words = sentences.map(wordsOf);
      for (const [at, count] of words.entries())
        if (count > MOST_WORDS)
          faults.push({ line, message: `a sentence of ${count} words: ${beginningOf(sentences[at])}` });
      const all = words.reduce((sum, count) => sum + count, 0);
      if (isCell && all > MOST_WORDS_OF_CELL)
        faults.push({ line, message: `a cell of ${all} words: ${text.slice(0, 60)} …` });
      for (const { source, ruleId, reason } of messages)
        if (source !== 'retext-passive' && ruleId !== 'overflow') faults.push({ line, message: reason });
      counted.all += words.filter((count) => count > 3).length;
      counted.long += words.filter((count) => count > LONG).length;
      const passive = messages.filter(({ source }) => source === 'retext-passive');
      counted.passive += sentences.filter((sentence) =>
        passive.some(({ place }) => isIn(sentence, place)),
      ).length;
    }
    if (counted.all >= FEWEST_SENTENCES) faults.push(...sharesOf(counted));
    return faults;
  };
}

/** @param {{ all: number; long: number; passive: number }} counted @returns {Fault[]} */
function sharesOf({ all, long, passive }) {
  /** @type {(count: number, most: number, what: string) => Fault[]} */
  const above = (count, most, what) =>
    count / all <= most
      ? []
      : [{ line: 1, message: `${count} of ${all} sentences ${what}; at most ${most * 100} %` }];
  return [
    ...above(long, MOST_LONG, `have more than ${LONG} words`),
    ...above(passive, MOST_PASSIVE, 'are passive'),
  ];
}

/** @param {Sentence | undefined} sentence */
const beginningOf = (sentence) => (sentence === undefined ? '' : `${textOf(sentence).slice(0, 60)} …`);

/** @param {Sentence} sentence @param {import('vfile-message').VFileMessage['place']} place */
function isIn({ position }, place) {
  const start = place !== undefined && 'start' in place ? place.start.offset : undefined;
  if (position === undefined || start === undefined) return false;
  return start >= (position.start.offset ?? 0) && start < (position.end.offset ?? 0);
}
