/**
 * What the pages for users hold: code, links, headings, and prose.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { toString as textOf } from 'mdast-util-to-string';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';

/**
 * @import { Node, Root } from 'mdast'
 * @typedef {{ readonly path: string; readonly root: Root }} Page By its path from the root of the repository.
 * @typedef {{ readonly language: string; readonly code: string; readonly line: number; readonly isContinued: boolean }} Block
 * @typedef {{ readonly url: string; readonly line: number }} Link
 */

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const parser = unified().use(remarkParse).use(remarkGfm);

/** @param {string} text @returns {Root} */
export const parse = (text) => parser.parse(text);

/** @type {Map<string, Page>} */
const pages = new Map();

/** @param {string} path @returns {Page} */
export function pageAt(path) {
  const page = pages.get(path) ?? { path, root: parse(readFileSync(ROOT + path, 'utf8')) };
  pages.set(path, page);
  return page;
}

/** The README and all that it leads users to. */
export function pagesForUsers() {
  const docs = readdirSync(`${ROOT}docs`).filter((name) => name.endsWith('.md'));
  const others = ['README.md', 'examples/README.md', 'collector-config/README.md'];
  return [...others, ...docs.map((name) => `docs/${name}`)].map(pageAt);
}

/** @param {Node} node */
export const lineOf = (node) => node.position?.start.line ?? 0;

/** A block goes on with the one before if a comment stands above it: `<!-- continues -->`. @param {Page} page @returns {Block[]} */
export function blocksOf({ root }) {
  /** @type {Block[]} */
  const blocks = [];
  visit(root, 'code', (node, index, parent) => {
    const before = parent?.children[(index ?? 0) - 1];
    const isContinued = before?.type === 'html' && before.value === '<!-- continues -->';
    blocks.push({ language: node.lang ?? '', code: node.value, line: lineOf(node), isContinued });
  });
  return blocks;
}

/** Links, and pictures. @param {Page} page @returns {Link[]} */
export function linksOf({ root }) {
  /** @type {Link[]} */
  const links = [];
  visit(root, (node) => {
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition')
      links.push({ url: node.url, line: lineOf(node) });
    if (node.type === 'html')
      for (const [, url = ''] of node.value.matchAll(/\b(?:src|href)="([^"]+)"/g))
        links.push({ url, line: lineOf(node) });
  });
  return links;
}

/** What a link can lead to within a page, as GitHub names it. @param {Page} page */
export function anchorsOf({ root }) {
  const slugger = new GithubSlugger();
  /** @type {Set<string>} */
  const anchors = new Set();
  visit(root, 'heading', (node) => void anchors.add(slugger.slug(textOf(node))));
  return anchors;
}
