/** The process that answers one question over stored records: its limits on time and memory end with it. */
import { answerOne } from './ask/answer.js';

answerOne();
