import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

describe('what npm test says of the collector checks', () => {
  const script = fileURLToPath(new URL('../collector/hint.mjs', import.meta.url));
  const hint = (path: string): string =>
    spawnSync(process.execPath, [script], { env: { PATH: path }, encoding: 'utf8' }).stdout;

  it('is one line where there is no Go', () => {
    expect(hint('/nowhere')).toMatch(/^The collector checks were not run.*npm run test:collector.*\n$/);
  });

  it('is nothing where there is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'go-'));
    writeFileSync(join(folder, 'go'), '#!/bin/sh\n', { mode: 0o755 });
    expect(hint(`${folder}:/bin:/usr/bin`)).toBe('');
  });
});
