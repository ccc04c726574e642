/** What the receiver says of questions. */
export interface ReadyQuestions {
  readonly engine: 'duckdb' | 'sqlite';
  readonly fields: readonly string[];
  readonly notes: readonly string[];
  readonly questions: readonly ReadyQuestion[];
}

export interface ReadyQuestion {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly sql: Readonly<Partial<Record<ReadyQuestions['engine'], string>>>;
  readonly chart: ChartPlan;
}

export interface ChartPlan {
  readonly kind: 'time' | 'bars';
  /** How many columns come first that name a row; all others are drawn. */
  readonly labels: number;
}

export interface Answer {
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly isCut: boolean;
  readonly notes: readonly string[];
}

export const fetchQuestions = (signal: AbortSignal): Promise<ReadyQuestions> =>
  fetchJson('/api/questions', signal);

export const fetchAnswer = (sql: string, signal: AbortSignal): Promise<Answer> =>
  fetchJson(`/api/query?sql=${encodeURIComponent(sql)}`, signal);

/** Throws an error with the receiver's words. */
async function fetchJson<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await fetch(path, { signal });
  const body = (await response.json().catch(() => ({}))) as T & { readonly error?: string };
  if (!response.ok) throw new Error(body.error ?? `The receiver answered ${response.status}.`);
  return body;
}
