const { createRemoteLogger } = require('otel-remote-logger');

test('logs with a thread, and ends while it is at work', async () => {
  createRemoteLogger({ thread: true }).log({ from: 'ends late' });
  await new Promise((resolve) => setTimeout(resolve, 50));
});
