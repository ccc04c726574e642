import { redactUrl } from '../runtime/redact.js';
import { warn } from '../runtime/warnings.js';
import type { FoundLife } from './lives.js';
import { readOwner } from './owner.js';

/** Where the records of a life are sent. What is left of it goes nowhere else: not to another endpoint of the same application, say. */
export interface LifeEndpoint {
  /** For people, without secrets. */
  readonly url: string;
  /** Another one for each URL. */
  readonly id: string;
}

export function lifeEndpoint({ href }: URL): LifeEndpoint {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return { url: redactUrl(href), id: createHash('sha256').update(href).digest('hex').slice(0, 16) };
}

let isForAll = false;

/** From now on, this process takes over what was to be sent to other endpoints, too: a person has said where it goes. */
export function takeFromAllEndpoints(): void {
  isForAll = true;
}

/** Whether the records in a life's folder were to be sent to an endpoint. Where nothing is known, they may have been. */
export function isFor({ path }: Pick<FoundLife, 'path'>, endpoint: LifeEndpoint | undefined): boolean {
  const id = readOwner(path)?.endpoint?.id;
  return isForAll || endpoint === undefined || id === undefined || id === endpoint.id;
}

/** Tells of what dead processes left for other endpoints, once, and only where nobody has taken it over since it was seen first. */
export class OtherEndpoints {
  #seen: readonly string[] = [];
  #isTold = false;

  constructor(private readonly directory: string) {}

  saw(others: readonly FoundLife[]): void {
    const left = others.find(({ path }) => this.#seen.includes(path));
    this.#seen = others.map(({ path }) => path);
    if (left === undefined || this.#isTold) return;
    this.#isTold = true;
    const url = readOwner(left.path)?.endpoint?.url ?? 'another endpoint';
    warn(
      'REMOTE_LOGGER_SPOOL',
      `${this.directory} holds records of processes that are dead, which were to be sent to ${url}; they are left, as this process sends to another URL; npx otel-remote-logger spool ${this.directory} --send <url> delivers them`,
    );
  }
}
