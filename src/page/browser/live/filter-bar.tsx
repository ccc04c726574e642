import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { countText } from './clock-text.js';
import { Downloads } from './downloads.js';
import type { Filter } from './filter.js';
import type { Row } from './row.js';
import type { SetFilter } from './use-filter.js';

interface FilterBarProps {
  readonly filter: Filter;
  readonly setFilter: SetFilter;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly rows: readonly Row[];
  readonly total: number;
  readonly isPaused: boolean;
  /** How many have come since the pause began. */
  readonly waiting: number;
  readonly onPause: () => void;
  readonly onHelp: () => void;
}

export function FilterBar(props: FilterBarProps) {
  const { filter, rows, total, isPaused, waiting, onPause, onHelp } = props;
  const isFiltered = filter.text !== '';
  return (
    <div class="bar">
      <FilterInput {...props} />
      <p class="counts dim">
        {isFiltered ? `${countText(rows.length)} of ${countText(total)}` : countText(total)} records
      </p>
      <button type="button" aria-pressed={isPaused} title="p" onClick={onPause}>
        {isPaused ? `Resume${waiting > 0 ? ` (${countText(waiting)} new)` : ''}` : 'Pause'}
      </button>
      <Downloads rows={rows} />
      <button type="button" aria-label="Help" title="?" onClick={onHelp}>
        ?
      </button>
    </div>
  );
}

function FilterInput({ filter, setFilter, input }: FilterBarProps) {
  const [isEditing, setEditing] = useState(false);
  const [text, setText] = useState(filter.text);
  useEffect(() => setText(filter.text), [filter.text]);
  const write = (value: string): void => {
    setText(value);
    // One step back takes all back that was typed at a time.
    setFilter(value, isEditing ? 'replace' : 'push');
    setEditing(true);
  };
  return (
    <div class="filter">
      <input
        ref={input}
        type="search"
        class="mono"
        placeholder="Filter: words, type=chat, model!=x, tokens>100   ( / )"
        aria-label="Filter"
        aria-invalid={filter.error !== undefined}
        aria-describedby="filter-error"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onBlur={() => setEditing(false)}
      />
      <p id="filter-error" class="said-badly" aria-live="polite">
        {filter.error}
      </p>
    </div>
  );
}
