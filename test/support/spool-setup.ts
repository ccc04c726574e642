import { beforeEach } from 'vitest';
import { newSpool } from './spooled.js';

beforeEach(() => {
  process.env['REMOTE_LOGGER_SPOOL'] = newSpool();
});
