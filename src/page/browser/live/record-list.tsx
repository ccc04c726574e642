import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { countText } from './clock-text.js';
import { RecordRow } from './record-row.js';
import type { Row } from './row.js';

export interface RecordListProps {
  /** The oldest first; the newest is shown on top. */
  readonly rows: readonly Row[];
  readonly selected: Row | undefined;
  /** How many have come since the rows stand still; `undefined` where they don't. */
  readonly waiting: number | undefined;
  readonly onSelect: (row: Row) => void;
  readonly onFilter: (field: string, value: string) => void;
  /** Whether the newest is in sight. */
  readonly onTop: (isOnTop: boolean) => void;
}

const WIDE_ROW_PX = 26;
const NARROW_ROW_PX = 50;
/** Rows beyond what is in sight, for a fast scroll. */
const MORE_ROWS = 12;

/** Draws what is in sight alone, however many rows there are. */
export function RecordList(props: RecordListProps) {
  const { rows, selected, waiting, onTop } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, rowPx] = useMeasures(box);
  useSelectedInSight(box, rows, selected, rowPx);
  const first = Math.max(0, Math.floor(top / rowPx) - MORE_ROWS);
  const end = Math.min(rows.length, Math.ceil((top + height) / rowPx) + MORE_ROWS);
  const shown = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  const scroll = (): void => {
    const { scrollTop } = box.current ?? { scrollTop: 0 };
    setTop(scrollTop);
    onTop(scrollTop < rowPx);
  };
  const toTop = (): void => box.current?.scrollTo({ top: 0 });
  return (
    <div class="list">
      {waiting !== undefined && waiting > 0 && top >= rowPx && (
        <button type="button" class="newer primary" onClick={toTop}>
          ↑ {countText(waiting)} new
        </button>
      )}
      <div
        ref={box}
        class="rows"
        role="listbox"
        aria-label="Records"
        tabIndex={0}
        aria-activedescendant={selected === undefined ? undefined : `row-${selected.number}`}
        onScroll={scroll}
      >
        <div class="rows-all" role="presentation" style={{ height: `${rows.length * rowPx}px` }}>
          {shown.map((index) => {
            const row = rows[rows.length - 1 - index];
            return (
              row !== undefined && (
                <RecordRow
                  key={row.id}
                  {...props}
                  row={row}
                  topPx={index * rowPx}
                  isSelected={row === selected}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

function useMeasures(box: RefObject<HTMLDivElement | null>): readonly [heightPx: number, rowPx: number] {
  const [measures, setMeasures] = useState<readonly [number, number]>([600, WIDE_ROW_PX]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => {
      const isNarrow = matchMedia('(max-width: 640px)').matches;
      setMeasures([element.clientHeight, isNarrow ? NARROW_ROW_PX : WIDE_ROW_PX]);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return measures;
}

function useSelectedInSight(
  box: RefObject<HTMLDivElement | null>,
  rows: readonly Row[],
  selected: Row | undefined,
  rowPx: number,
): void {
  useEffect(() => {
    const element = box.current;
    const place = selected === undefined ? -1 : rows.lastIndexOf(selected);
    if (element === null || place === -1) return;
    const top = (rows.length - 1 - place) * rowPx;
    if (top < element.scrollTop) element.scrollTop = top;
    const lowest = top + rowPx - element.clientHeight;
    if (lowest > element.scrollTop) element.scrollTop = lowest;
  }, [selected]);
}
