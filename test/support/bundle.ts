import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** A file of `src` with all that it imports, as one file in CommonJS, for a process or a thread of its own. Gives its path. */
export async function bundleOf(file: string): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'bundle.cjs');
  await build({
    input: fileURLToPath(new URL(`../../src/${file}`, import.meta.url)),
    platform: 'node',
    external: /^(?![./]|[a-z]:[\\/])/i,
    logLevel: 'silent',
    output: { file: path, format: 'cjs' },
  });
  return path;
}
