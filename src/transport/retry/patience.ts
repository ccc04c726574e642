import { isRefusal, type SendResult } from '../../types/send-result.js';
import type { Payload } from '../transport.js';

/**
 * What waits on disk has time. So what an endpoint refuses for reasons that lie with itself or with the settings (wrong credentials, a path
 * that is not there, a redirect to a login) is tried again, until somebody has mended that. What it says of records is final, as ever.
 */
export function triedAgain(result: SendResult, { contentEncoding }: Payload): SendResult {
  // This one is about gzip: the payload is sent again without.
  if (!isRefusal(result) || (result.status === 415 && contentEncoding === 'gzip')) return result;
  return { ...result, outcome: 'retry' };
}
