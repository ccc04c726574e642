import { mask } from './secrets.js';

/** The beginning of an answer's body, as it came. */
export interface Beginning {
  readonly bytes: Uint8Array;
  /** Whether there was more. */
  readonly isCut: boolean;
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
}

const MAX_CHARACTERS = 200;

/** What an answer says, for people: in a line, without secrets, its first 200 characters; `undefined` if it says nothing. */
export function excerptOf(body: Beginning, secrets: readonly string[]): string | undefined {
  const { bytes, contentEncoding: encoding, isCut } = body;
  if (bytes.length === 0) return undefined;
  if (encoding && encoding !== 'identity')
    return `a body in ${oneLine(mask(encoding, secrets)).slice(0, 20)}`;
  const raw = Buffer.from(bytes).toString('utf8');
  if (isBinary(raw)) return 'a body that is no text';
  // The cut may have left half of a secret at the end.
  const whole = isCut ? raw.slice(0, -1 - (secrets[0]?.length ?? 0)) : raw;
  const text = oneLine(mask(isPage(body) ? textOfPage(whole) : whole, secrets));
  if (text === '') return undefined;
  const characters = [...text];
  return characters.length <= MAX_CHARACTERS
    ? `"${text}"`
    : `"${characters.slice(0, MAX_CHARACTERS).join('').trimEnd()}..."`;
}

/** Whether an answer is a page for a browser: that of a proxy, say, or a login. */
export const isPage = ({ bytes, contentType }: Beginning): boolean =>
  isHtml(contentType) &&
  /^\s*(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body)\b/i.test(Buffer.from(bytes).toString('latin1'));

export const isHtml = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType);

/** Control characters, marks that change how a line is read, and any white space become one space. */
const oneLine = (text: string): string => text.replaceAll(/[\p{C}\p{Z}\s]+/gu, ' ').trim();

/** Whether more than one character in ten is a control character or no valid UTF-8. */
function isBinary(text: string): boolean {
  const unreadable = text.match(/(?!\s)[\p{Cc}\ufffd]/gu)?.length ?? 0;
  return unreadable * 10 > text.length;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: ' ',
};

const textOfPage = (html: string): string =>
  html
    .replaceAll(/<!--[\s\S]*?(-->|$)|<(script|style|svg)\b[\s\S]*?(<\/\2\s*>|$)/gi, ' ')
    .replaceAll(/<[^>]*(>|$)/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? ' ');
