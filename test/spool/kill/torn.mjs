import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** How many files were kept aside as damaged, and what is wrong with them besides a torn end, which is what a process leaves that is killed within a write. @param {string} directory */
export function tornIn(directory) {
  const folder = join(directory, 'damaged');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const faults = names.flatMap((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    const end = lines.pop() ?? '';
    const broken = lines.filter((line) => !isWhole(line)).length;
    return broken === 0 && end !== ''
      ? []
      : [`${name}: ${broken} broken lines of ${lines.length}, and an end of ${end.length}`];
  });
  return { count: names.length, faults };
}

/** @param {string} line */
const isWhole = (line) => line.startsWith(`${crc32(line.slice(9)).toString(16).padStart(8, '0')} `);
