import { inOneLine } from '../shared/visible.js';
import { clockText } from './clock-text.js';
import { kindOf, type Row } from './row.js';
import { summaryOf } from './summary.js';

interface RecordRowProps {
  readonly row: Row;
  readonly topPx: number;
  readonly isSelected: boolean;
  readonly onSelect: (row: Row) => void;
  readonly onFilter: (field: string, value: string) => void;
}

const COLORS = 6;

export function RecordRow({ row, topPx, isSelected, onSelect, onFilter }: RecordRowProps) {
  const [field, kind] = kindOf(row.item.record) ?? [];
  const { said, fields } = summaryOf(row);
  const filterByKind = (event: MouseEvent): void => {
    if (field === undefined || kind === undefined) return;
    event.stopPropagation();
    onFilter(field, kind);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the list are those of the page: j, k, Enter
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names the chosen row
    <div
      id={`row-${row.number}`}
      class="row"
      role="option"
      aria-selected={isSelected}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={() => onSelect(row)}
    >
      <time>{clockText(row.atMillis)}</time>
      {kind !== undefined && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the same is a button among the facets
        // biome-ignore lint/a11y/noStaticElementInteractions: the same
        <span class={`kind color-${colorOf(kind)}`} onClick={filterByKind}>
          <bdi>{inOneLine(kind)}</bdi>
        </span>
      )}
      <span class="summary">
        {said !== undefined && (
          <>
            <bdi class="said-by">{said.model}</bdi> <bdi>{said.asked}</bdi>{' '}
            {said.answered !== '' && <span class="dim">→ </span>}
            <bdi class="said">{said.answered}</bdi>{' '}
          </>
        )}
        {fields.map(([name, value]) => (
          <span class="pair" key={name}>
            <bdi class="dim">{name}=</bdi>
            <bdi>{value}</bdi>{' '}
          </span>
        ))}
      </span>
    </div>
  );
}

/** The same for the same kind, on every page. */
function colorOf(kind: string): number {
  let sum = 7;
  for (const character of kind) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return (sum % COLORS) + 1;
}
