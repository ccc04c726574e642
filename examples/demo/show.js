/** What the demo prints, for a terminal of 100 columns. */

/** @import { Received } from './receiver.js' */

const COLUMNS = 100;

/** For a terminal only, and not for those who don't want it: https://no-color.org */
const { NO_COLOR = '' } = process.env;
const hasColor = process.stdout.isTTY && NO_COLOR === '';

/** @type {(code: number) => (text: string) => string} */
const style = (code) => (text) => (hasColor ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = style(1);
const dim = style(2);
const red = style(31);
const green = style(32);
const cyan = style(36);

/** @param {string} did */
export function showStep(did) {
  console.log(`\n${bold(shorten(`The client ${did}`, COLUMNS))}`);
}

/**
 * One block a record: a key a line, aligned.
 * @param {number} number
 * @param {Received} received
 */
export function showRecord(number, { contentType, record }) {
  const entries = Object.entries(record);
  const keyWidth = Math.max(0, ...entries.map(([key]) => key.length)) + 1;
  console.log(dim(`  record ${number}, ${contentType}`));
  for (const [key, value] of entries) {
    console.log(`    ${cyan(`${key}:`.padEnd(keyWidth))} ${shownValue(value, COLUMNS - keyWidth - 5)}`);
  }
}

/** @param {Readonly<Record<string, number>>} account */
export function showAccount(account) {
  const entries = Object.entries(account);
  const labelWidth = Math.max(...entries.map(([label]) => label.length));
  console.log(`\n${bold('Account')}`);
  for (const [label, count] of entries)
    console.log(`  ${label.padEnd(labelWidth)} ${String(count).padStart(4)}`);
}

/**
 * @param {number} arrived
 * @param {number} expected
 * @param {readonly string[]} problems
 */
export function showResult(arrived, expected, problems) {
  for (const problem of problems) console.log(red(problem));
  console.log((problems.length === 0 ? green : red)(`demo: ${arrived} of ${expected} records arrived`));
}

/** @param {string | undefined} url */
export function showPage(url) {
  if (url === undefined) console.log(dim('To see the same on a page: npm run demo -- --page'));
  else console.log(`They are on ${bold(url)} until you end this with Ctrl-C.`);
}

/**
 * As it stands in the body. A string that is too long, such as nested JSON, is cut, and says how long it is.
 * @param {unknown} value
 * @param {number} room
 */
function shownValue(value, room) {
  const json = JSON.stringify(value);
  if (typeof value !== 'string' || widthOf(json) <= room) return json;
  const size = ` ${value.length} chars`;
  return `${shorten(json, room - size.length - 1)}"${dim(size)}`;
}

const graphemes = new Intl.Segmenter();

/** @param {string} text @param {number} room */
function shorten(text, room) {
  if (widthOf(text) <= room) return text;
  let short = '';
  let width = 1;
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > room) break;
    short += segment;
  }
  return `${short}…`;
}

/** East Asian characters and emoji take two columns. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u;

/** How many columns a terminal needs for it. @param {string} text */
function widthOf(text) {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
