export type { Answer, ReceivedRecord, ReceivedRequest, Respond } from './testing/answers.js';
export { type CapturedLogs, captureRemoteLogs } from './testing/capture.js';
export { createTestReceiver, type TestReceiver } from './testing/test-receiver.js';
