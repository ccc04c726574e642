import { NextResponse } from 'next/server';
import { getRemoteLogger } from 'otel-remote-logger';

/** What `middleware` is called from Next.js 16 on, in Node. */
export function proxy(): NextResponse {
  getRemoteLogger().log({ from: 'proxy' });
  return NextResponse.next();
}

export const config = { matcher: '/api/:path*' };
