import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own, of so many bytes, which goes with the test; `undefined` where none can be mounted. */
export function mountDisk(bytes: number): { readonly path: string; [Symbol.dispose](): void } | undefined {
  const path = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmdirSync(path);
    return undefined;
  }
  return {
    path,
    [Symbol.dispose]() {
      execFileSync('umount', ['-l', path]);
      rmdirSync(path);
    },
  };
}

export function canMountDisk(): boolean {
  const disk = mountDisk(65_536);
  disk?.[Symbol.dispose]();
  return disk !== undefined;
}
