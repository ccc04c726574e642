/** Logs five records whose headers never come. Arguments: options. */
import { createRemoteLogger } from 'otel-remote-logger';

const headers = () => new Promise(() => {});
const logger = createRemoteLogger({ ...JSON.parse(process.argv[2] ?? '{}'), headers });
for (let id = 0; id < 5; id++) logger.log({ id });
