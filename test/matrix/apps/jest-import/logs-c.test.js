test('logs and ends, while others go on', async () => {
  const { getRemoteLogger } = await import('otel-remote-logger');
  getRemoteLogger().log({ from: 'import c' });
  await new Promise((resolve) => setTimeout(resolve, 50));
});
