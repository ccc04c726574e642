// A service with the logger and no URL.
import { getRemoteLogger } from '../../dist/index.js';

getRemoteLogger().log({ a: 1 });
