import { afterAll } from 'vitest';
import { ownTempFolder } from './temp-folder.mjs';

// Whatever is made in the folder for temporary files goes with the test file, also by loggers and processes that live on after their tests.
afterAll(ownTempFolder());
