export type { Answer, ReceivedRecord, ReceivedRequest, Respond } from './testing/answers.js';
export { createTestReceiver, type TestReceiver } from './testing/test-receiver.js';
