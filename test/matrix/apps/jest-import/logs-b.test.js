test('logs and ends, while others go on', async () => {
  const { getRemoteLogger } = await import('otel-remote-logger');
  getRemoteLogger().log({ from: 'import b' });
  await new Promise((resolve) => setTimeout(resolve, 50));
});
