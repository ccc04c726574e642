/** The process that answers one question over stored records: its limits on time and memory end with it. */
import { isMainThread } from 'node:worker_threads';
import { answerInThread, answerOne } from './ask/answer.js';

if (isMainThread) answerOne(import.meta.filename);
else void answerInThread();
