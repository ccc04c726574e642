import { csvOf } from '../../../record/csv.js';
import { Chart } from '../shared/chart.js';
import { saveFile } from '../shared/download.js';
import { Table } from '../shared/table.js';
import type { Answer, ChartPlan } from './asking.js';
import { plotOf } from './plot.js';

/** More rows than this make a page slow; a download has all of them. */
const MAX_SHOWN = 500;

export function AnswerView({
  title,
  answer,
  chart,
}: {
  readonly title: string;
  readonly answer: Answer;
  readonly chart?: ChartPlan | undefined;
}) {
  const { columns, rows, isCut, notes } = answer;
  const names = columns.map(({ name }) => name);
  const shown = rows.slice(0, MAX_SHOWN);
  return (
    <div class="answer">
      {notes.map((note) => (
        <p key={note} class="dim">
          {note}
        </p>
      ))}
      {chart !== undefined && <AnswerChart title={title} answer={answer} plan={chart} />}
      <div class="answer-head">
        <p aria-live="polite">
          {rows.length === 0 ? 'No rows' : `${rows.length} row${rows.length === 1 ? '' : 's'}`}
          {isCut && ', and more that are left out'}
          {rows.length > shown.length && `; the first ${shown.length} are shown`}
        </p>
        <button
          type="button"
          class="small"
          onClick={() => saveFile('answer.csv', 'text/csv', [csvOf(names, rows)])}
        >
          Download CSV
        </button>
        <button
          type="button"
          class="small"
          onClick={() => saveFile('answer.ndjson', 'application/x-ndjson', ndjsonOf(names, rows))}
        >
          Download NDJSON
        </button>
      </div>
      {rows.length > 0 && <Table label={`${title}: rows`} columns={names} rows={shown} />}
    </div>
  );
}

const ndjsonOf = (names: readonly string[], rows: Answer['rows']): string[] =>
  rows.map((row) => `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at]])))}\n`);

function AnswerChart({
  title,
  answer,
  plan,
}: {
  readonly title: string;
  readonly answer: Answer;
  readonly plan: ChartPlan;
}) {
  const plot = plotOf(answer, plan);
  if (plot === undefined) return null;
  const { x, y, series, nameAt } = plot;
  const isTime = plan.kind === 'time';
  return (
    <figure class="answer-chart">
      <Chart
        key={JSON.stringify(series)}
        label={`${title}: the rows of the table below`}
        x={x}
        y={y}
        series={series}
        heightPx={260}
        isTime={isTime}
        {...(isTime ? {} : { tick: nameAt })}
      />
      {series.length > 1 && (
        <figcaption class="legend">
          {series.map(({ label }, at) => (
            <span key={label} class={`legend-${at + 1}`}>
              {label}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}
