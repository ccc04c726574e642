/** For a script to import: what it and its children make in the folder for temporary files goes with it, also where it fails or is interrupted. */
import { ownTempFolder } from './temp-folder.mjs';

process.once('exit', ownTempFolder());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
