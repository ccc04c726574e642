import type { Answer } from './question.js';

/** A question that can be asked with a click, and how its answer is drawn. */
export interface ReadyQuestion {
  readonly id: string;
  readonly title: string;
  /** The fields that records must have. */
  readonly needs: readonly string[];
  /** Its SQL for an engine; none where that can't answer it. */
  readonly sql: Readonly<Partial<Record<Answer['engine'], string>>>;
  readonly chart: Chart;
}

interface Chart {
  /** Over time, or a group of bars for each row. */
  readonly kind: 'time' | 'bars';
  /** How many columns come first that name a row; all others are drawn. */
  readonly labels: number;
}

const voteColumns = `count(*) FILTER (WHERE type = 'upvote') AS up,
  count(*) FILTER (WHERE type = 'downvote') AS down,
  count(*) FILTER (WHERE type NOT IN ('upvote', 'downvote')) AS other`;

const votes = (day: string): string => `SELECT ${day} AS day, model,
  ${voteColumns}
FROM records
WHERE type LIKE '%vote'
GROUP BY day, model
ORDER BY day DESC, model
LIMIT 100`;

const rate = (minute: string): string => `SELECT ${minute} AS minute, count(*) AS records
FROM records
GROUP BY minute
ORDER BY minute DESC
LIMIT 720`;

const TOKENS = `SELECT model, sum(tokens) AS tokens
FROM records
WHERE tokens IS NOT NULL
GROUP BY model
ORDER BY tokens DESC
LIMIT 20`;

export const QUESTIONS: readonly ReadyQuestion[] = [
  {
    id: 'rate',
    title: 'Records a minute',
    needs: ['received_at'],
    sql: { duckdb: rate("date_trunc('minute', received_at)"), sqlite: rate('substr(received_at, 1, 16)') },
    chart: { kind: 'time', labels: 1 },
  },
  {
    id: 'votes',
    title: 'Votes for each model and day',
    needs: ['type', 'model', 'received_at'],
    sql: { duckdb: votes('received_at::DATE'), sqlite: votes('substr(received_at, 1, 10)') },
    chart: { kind: 'bars', labels: 2 },
  },
  {
    id: 'tokens',
    title: 'Tokens for each model',
    needs: ['model', 'tokens'],
    sql: { duckdb: TOKENS, sqlite: TOKENS },
    chart: { kind: 'bars', labels: 1 },
  },
  {
    id: 'latency',
    title: 'Latency of each model, in seconds',
    needs: ['model', 'start', 'finish'],
    sql: {
      duckdb: `SELECT model,
  quantile_cont(finish - start, 0.5) AS p50,
  quantile_cont(finish - start, 0.9) AS p90,
  quantile_cont(finish - start, 0.99) AS p99
FROM records
WHERE finish IS NOT NULL AND start IS NOT NULL
GROUP BY model
ORDER BY p50 DESC
LIMIT 20`,
    },
    chart: { kind: 'bars', labels: 1 },
  },
];
