import { NextResponse } from 'next/server';

/** On the edge. */
export function middleware(): NextResponse {
  return NextResponse.next();
}
