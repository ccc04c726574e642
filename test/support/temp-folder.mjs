import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** From now on, what this process and its children make in the folder for temporary files is in one of their own. Gives what removes it. */
export function ownTempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'test-'));
  // Servers that it starts may run as somebody else, as nginx does for root.
  chmodSync(folder, 0o711);
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
