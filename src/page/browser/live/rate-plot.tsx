import { useEffect, useMemo, useState } from 'preact/hooks';
import { Chart, type ChartSeries } from '../shared/chart.js';
import { countText } from './clock-text.js';
import { KEPT_SECONDS } from './rates.js';
import { feed } from './use-feed.js';

const HEIGHT_PX = 84;
const ALL: ChartSeries = { label: 'all', color: '--text-dim', kind: 'area' };
const MATCHING: ChartSeries = { label: 'shown', color: '--series-1', kind: 'area' };

/** How many records arrived in each of the last seconds. */
export function RatePlot({ isFiltered }: { readonly isFiltered: boolean }) {
  const [second, setSecond] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSecond((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const { x, all, matching } = useMemo(() => feed.records.rates.until(feed.now), [second]);
  const rate = all.slice(-10).reduce((sum, count) => sum + count, 0) / 10;
  const series = useMemo(
    () => (isFiltered ? [ALL, MATCHING] : [{ ...ALL, color: '--series-1' }]),
    [isFiltered],
  );
  const y = useMemo(() => (isFiltered ? [all, matching] : [all]), [all, matching, isFiltered]);
  return (
    <section class="rates" aria-label="Rate">
      <p class="rate">
        <b>{rate >= 10 ? countText(Math.round(rate)) : rate.toFixed(1)}</b>
        <span class="dim"> records/s</span>
      </p>
      <Chart
        label={`Records a second over the last ${KEPT_SECONDS / 60} minutes`}
        x={x}
        y={y}
        series={series}
        heightPx={HEIGHT_PX}
        isTime
      />
    </section>
  );
}
