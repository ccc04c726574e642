import { seedRecord } from './records.mjs';

/** @typedef {'rec' | 'warm'} Kind What is measured, and what was logged before. */

/** The seed's record, with a mark that says which it is and when it was logged. @param {number} index @param {Kind} kind */
export function markedRecord(index, kind = 'rec') {
  const record = seedRecord(index);
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  record.state.conv_id = `${kind}-${index}-${micros}-`;
  return record;
}

/** What `markedRecord` writes: once in each record, however it is encoded. */
export const MARK = /(rec|warm)-(\d+)-(\d+)-/g;
