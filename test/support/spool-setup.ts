import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import { newSpool } from './spooled.js';

// Whatever is made in the folder for temporary files goes with the test file: loggers may live on after their tests.
const folder = mkdtempSync(join(tmpdir(), 'faults-'));
process.env['TMPDIR'] = folder;

beforeEach(() => {
  process.env['REMOTE_LOGGER_SPOOL'] = newSpool();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
