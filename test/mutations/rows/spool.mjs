/** @type {readonly import('../run.mjs').Row[]} */
export const ROWS = [
  {
    name: 'spool: a damaged record is never taken for a whole one',
    file: 'src/spool/line.ts',
    from: 'return covered < to && checksumAt(bytes, from) === checksumOf(bytes.subarray(covered, to));',
    to: 'return covered < to && checksumAt(bytes, from) !== -1;',
    test: 'test/spool/segment-file.test.ts',
    only: 'with any one bit flipped',
  },
  {
    name: 'spool: a damaged newline costs no record',
    file: 'src/spool/line.ts',
    from: '    starts.push(start);\n',
    to: '',
    test: 'test/spool/segment-file.test.ts',
    only: 'with any one bit flipped',
  },
  {
    name: 'spool: a torn tail is counted',
    file: 'src/spool/segment-file.ts',
    from: 'length += Math.max(damagedRecords, Math.min(damagedLines, 1));',
    to: '',
    test: 'test/spool/segment-file.test.ts',
    only: 'cut off anywhere',
  },
  {
    name: 'spool: what is left of a range goes out in the halves that it had',
    file: 'src/queue/cuts.ts',
    from: 'while (from !== index || isAnySettled(from, to, isSettled)) {',
    to: 'while (from !== index) {',
    test: 'test/queue/cuts.test.ts',
    only: 'halves of halves',
  },
];
