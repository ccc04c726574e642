import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

// Whatever is made in the folder for temporary files goes with the test file, also by loggers and processes that live on after their tests.
const folder = mkdtempSync(join(tmpdir(), 'test-'));
// Servers that tests start may run as somebody else, as nginx does for root.
chmodSync(folder, 0o711);
process.env['TMPDIR'] = folder;

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
