import { parseJson } from './parse-json.js';
import type { Fields, Row } from './row.js';

/** How many are fetched at a time. */
const AT_A_TIME = 4;

const isWhole = ({ item }: Row): boolean => (item.cut?.length ?? 0) === 0 && (item.left ?? 0) === 0;

/** The text of a record as it is stored; `undefined` where its file is gone. */
export async function fetchText({ item }: Row, signal?: AbortSignal): Promise<string | undefined> {
  const query = new URLSearchParams({ file: item.file, offset: String(item.offset) });
  const answer = await fetch(`/api/record?${query}`, signal === undefined ? {} : { signal });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`the receiver answered ${answer.status}`);
  return answer.text();
}

/** The records of these rows in full: those that came cut are fetched. One whose file is gone stays cut. */
export async function wholeRecords(rows: readonly Row[]): Promise<readonly Fields[]> {
  const records = rows.map((row) => row.item.record);
  const missing = rows.map((row, index) => ({ row, index })).filter(({ row }) => !isWhole(row));
  const work = async (): Promise<void> => {
    for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
      const text = await fetchText(next.row);
      if (text !== undefined) records[next.index] = parseJson(text) as Fields;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return records;
}
