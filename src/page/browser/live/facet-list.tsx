import { useState } from 'preact/hooks';
import { Value } from '../shared/value.js';
import { countText } from './clock-text.js';
import type { Facet } from './facets.js';
import type { Filter } from './filter.js';
import { isOn, type SetFilter, toggled } from './use-filter.js';

interface FacetProps {
  readonly filter: Filter;
  readonly setFilter: SetFilter;
}

const SHOWN_AT_FIRST = 6;

/** Fields with few values: how often each is there, and a click filters by it. */
export function FacetList({ facets, ...props }: FacetProps & { readonly facets: readonly Facet[] }) {
  return (
    <section class="facets" aria-label="Facets">
      {facets.length === 0 && <p class="dim">Fields with few values are counted here.</p>}
      {facets.map((facet) => (
        <FacetValues key={facet.field} facet={facet} {...props} />
      ))}
    </section>
  );
}

function FacetValues({
  facet: { field, values },
  filter,
  setFilter,
}: FacetProps & { readonly facet: Facet }) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? values : values.slice(0, SHOWN_AT_FIRST);
  const most = values[0]?.[1] ?? 1;
  return (
    <div class="facet">
      <h2>
        <Value text={field} />
      </h2>
      {shown.map(([value, count]) => (
        <button
          key={value}
          type="button"
          class="facet-value"
          aria-pressed={isOn(filter, field, value)}
          onClick={() => setFilter(toggled(filter, field, value), 'push')}
        >
          <span class="facet-bar" style={{ width: `${(100 * count) / most}%` }} />
          <span class="facet-name">{value === '' ? <i>empty</i> : <Value text={value} />}</span>
          <span class="facet-count">{countText(count)}</span>
        </button>
      ))}
      {values.length > SHOWN_AT_FIRST && (
        <button type="button" class="plain dim" onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'fewer' : `${values.length - SHOWN_AT_FIRST} more`}
        </button>
      )}
    </div>
  );
}
