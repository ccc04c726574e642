import { seedRecord } from './records.mjs';

/** The seed's record, with a mark that says which it is and when it was logged. */
export function markedRecord(index) {
  const record = seedRecord(index);
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  record.state.conv_id = `rec-${index}-${micros}-`;
  return record;
}
