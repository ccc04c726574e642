import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Row {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly test: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FILES = readdirSync(new URL('./rows/', import.meta.url));
const textOf = (path: string): string => readFileSync(ROOT + path, 'utf8');

// `npm run test:mutations` takes half an hour; whoever moves a line sees here at once that a row has to follow.
test.each(FILES)('each row of %s breaks one place, and names a test that is there', async (name) => {
  const { ROWS }: { ROWS: readonly Row[] } = await import(`./rows/${name}`);
  for (const { name: promise, file, from, test: path } of ROWS) {
    expect([promise, textOf(file).split(from).length - 1]).toEqual([promise, 1]);
    expect(textOf(path)).not.toBe('');
  }
});

test('no two rows have one name', async () => {
  const modules: { ROWS: readonly Row[] }[] = await Promise.all(
    FILES.map((name) => import(`./rows/${name}`)),
  );
  const names = modules.flatMap(({ ROWS }) => ROWS.map(({ name }) => name));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
