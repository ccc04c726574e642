import { useRef, useState } from 'preact/hooks';
import { EmptyState } from './empty-state.js';
import { FacetList } from './facet-list.js';
import { FilterBar } from './filter-bar.js';
import { Help } from './help.js';
import { Notices } from './notices.js';
import { RatePlot } from './rate-plot.js';
import { RecordDetail } from './record-detail.js';
import { RecordList } from './record-list.js';
import { useFeed } from './use-feed.js';
import { toggled, useFilter } from './use-filter.js';
import { useHold } from './use-hold.js';
import { useKeys } from './use-keys.js';
import { useSelection } from './use-selection.js';

/** The records as they arrive. */
export function LiveView() {
  const feed = useFeed();
  const { records } = feed;
  const [filter, setFilter] = useFilter();
  const hold = useHold(records.matching, filter);
  const { rows, waiting, isPaused, setPaused, setOnTop } = hold;
  const { selected, isOpen, step, open, close } = useSelection(rows);
  const [hasHelp, setHelp] = useState(false);
  const [hasFacets, setFacets] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const by = (field: string, value: string): void => setFilter(toggled(filter, field, value), 'push');
  const next = (): void => step(-1);
  const previous = (): void => step(1);
  useKeys({
    '/': () => input.current?.focus(),
    j: next,
    ArrowDown: next,
    k: previous,
    ArrowUp: previous,
    p: () => setPaused(!isPaused),
    '?': () => setHelp(true),
    Enter: () => selected !== undefined && open(selected),
    Escape: () => (document.activeElement === input.current ? input.current?.blur() : close()),
  });
  if (feed.hasBegun && records.rows.length === 0)
    return (
      <>
        <Notices feed={feed} />
        <EmptyState />
      </>
    );
  return (
    <>
      <Notices feed={feed} />
      <FilterBar
        filter={filter}
        setFilter={setFilter}
        input={input}
        rows={rows}
        total={records.rows.length}
        isPaused={isPaused}
        waiting={waiting ?? 0}
        onPause={() => setPaused(!isPaused)}
        onHelp={() => setHelp(true)}
      />
      <RatePlot isFiltered={filter.text !== ''} />
      <button
        type="button"
        class="facets-button"
        aria-expanded={hasFacets}
        onClick={() => setFacets(!hasFacets)}
      >
        Facets
      </button>
      <div class={`columns${isOpen ? ' with-detail' : ''}${hasFacets ? ' with-facets' : ''}`}>
        <FacetList facets={records.facets.list()} filter={filter} setFilter={setFilter} />
        <RecordList
          rows={rows}
          selected={selected}
          waiting={waiting}
          onSelect={open}
          onFilter={by}
          onTop={setOnTop}
        />
        {isOpen && selected !== undefined && (
          <RecordDetail row={selected} onClose={close} onSelect={open} onFilter={by} />
        )}
      </div>
      {hasHelp && <Help onClose={() => setHelp(false)} />}
    </>
  );
}
