import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeComparison } from './comparison.mjs';
import { plot } from './plot.mjs';

const FOLDER = new URL('../results/', import.meta.url);

/** Everything of a run as JSON, its rates as a picture, and the page of the docs that shows both. */
export function writeResults(all) {
  const { node, machine, rounds, sinkOfOneAPost, sinkOfMany } = all;
  const name = `node-${node.split('.')[0].slice(1)}`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileURLToPath(new URL(`${name}.json`, FOLDER)), `${JSON.stringify(all, undefined, 2)}\n`);
  const sinks = [...new Set([sinkOfOneAPost, sinkOfMany].map((sink) => sink.split(',')[0]))].join(' and ');
  const caption = `Node ${node.slice(1)}, ${machine}; medians of ${rounds} rounds of one run; sinks: ${sinks}`;
  writeFileSync(fileURLToPath(new URL(`${name}.svg`, FOLDER)), plot(all.rates, caption));
  writeComparison();
}
