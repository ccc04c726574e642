/**
 * Characters that nobody sees, or that change the order of what stands beside them: controls, marks of direction, tags. Joiners
 * are left: Persian and emoji need them.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|\u034f|[\ud800-\udfff]|[\u{e0000}-\u{e007f}]/gu;

/** The same one, as often as it stands there. */
const RUN = new RegExp(`(${UNSEEN.source})\\1*`, 'gu');

/** A part of a text: as it is, or a character that nobody would see. */
export interface Part {
  readonly text: string;
  /** Whether `text` stands for such a character: `U+202E`. */
  readonly isUnseen: boolean;
}

export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: run, 1: character = '', index } of text.matchAll(RUN)) {
    if (index > end) parts.push({ text: text.slice(end, index), isUnseen: false });
    const count = run.length / character.length;
    parts.push({ text: count === 1 ? nameOf(run) : `${nameOf(run)} ×${count}`, isUnseen: true });
    end = index + run.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isUnseen: false });
  return parts;
}

/** The same as one text, in one line. */
export const inOneLine = (text: string): string =>
  text.replace(UNSEEN, (found) => `[${nameOf(found)}]`).replace(/\s+/g, ' ');

const nameOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
