import type { DropReason } from '../types/account.js';
import type { FlatDict } from '../types/json.js';
import type { BeforeSend } from '../types/options.js';
import type { FlattenRefusal } from './flatten.js';
import { callHook, HookFault } from './hook.js';

/** A record that `beforeSend` does not let pass; where it has failed, with what went wrong, for people. */
export class Refusal {
  constructor(
    readonly reason: DropReason,
    readonly detail?: string,
  ) {}
}

/** Whether one is being asked. An exporter behind a processor that does not batch gets at once what its own `beforeSend` logs. */
let isAsking = false;

/** A record as `beforeSend` wants it sent, if there is one, or why it is not sent. What is no record is not shown to it. */
export function filtered(
  beforeSend: BeforeSend | undefined,
  record: FlatDict | FlattenRefusal,
  maxCharacters: number,
): FlatDict | FlattenRefusal | Refusal {
  if (beforeSend === undefined || typeof record === 'string') return record;
  if (isAsking) return FEEDBACK;
  let answer: ReturnType<typeof callHook>;
  isAsking = true;
  try {
    answer = callHook(() => beforeSend(record), maxCharacters);
  } finally {
    isAsking = false;
  }
  if (answer === null) return FILTERED;
  // It may have changed the record, or may have wanted it dropped. So nothing is sent that should not be, and it is told.
  if (answer === undefined) return failed('returned undefined');
  return answer instanceof HookFault ? failed(answer.what) : answer;
}

const FILTERED = new Refusal('filtered');
const FEEDBACK = new Refusal('feedback');

const failed = (what: string): Refusal => new Refusal('filter_failed', `beforeSend ${what}`);
