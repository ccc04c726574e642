/** `npm run lint:prose` says what is hard to read, a line each, and ends with 1 if anything is. */
import { readFileSync } from 'node:fs';
import { pagesForUsers, ROOT } from '../support/markdown.mjs';
import { proseChecker } from './prose.mjs';

const faultsOf = proseChecker(readFileSync(`${ROOT}test/docs/vocabulary.txt`, 'utf8'));
let count = 0;
for (const { path, root } of pagesForUsers())
  for (const { line, message } of await faultsOf(root)) {
    count++;
    console.log(`${path}:${line}: ${message}`);
  }
process.exitCode = count === 0 ? 0 : 1;
