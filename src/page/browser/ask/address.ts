/** What the address asks: a question that is ready, or SQL of one's own. */
export interface Asked {
  readonly question?: string | undefined;
  readonly sql?: string | undefined;
}

/** Reads what stands behind `#ask?`. */
export function askedIn(hash: string): Asked {
  const [, query = ''] = /^#ask\?(.*)$/s.exec(hash) ?? [];
  const parameters = new URLSearchParams(query);
  return {
    question: parameters.get('question') ?? undefined,
    sql: parameters.get('sql') ?? undefined,
  };
}

export function hashOf({ question, sql }: Asked): string {
  const parameters = new URLSearchParams(question === undefined ? { sql: sql ?? '' } : { question });
  return `#ask?${parameters}`;
}
