import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers a GET for one path, after the receiver has made sure that whoever asks may read. */
export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>;

/** By their paths, such as `/api/stream`. */
export type Routes = Readonly<Record<string, Route>>;
