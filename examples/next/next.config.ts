import type { NextConfig } from 'next';

// Add `serverExternalPackages: ['otel-remote-logger']` to use a thread where the folder runs elsewhere. Without a thread, it is not needed.
const config: NextConfig = { output: 'standalone' };

export default config;
