import { useState } from 'preact/hooks';
import { type Asked, hashOf } from './address.js';
import { AnswerView } from './answer-view.js';
import type { ReadyQuestion, ReadyQuestions } from './asking.js';
import { SqlForm } from './sql-form.js';
import { useAnswer, useAsked, useQuestions } from './use-asking.js';

const FIRST_SQL = 'SELECT * FROM records ORDER BY received_at DESC LIMIT 20';

/** Questions over all that is stored: some that are ready, with charts, and SQL. */
export function AskView() {
  const asked = useAsked();
  const { value: ready, error } = useQuestions();
  const [turn, setTurn] = useState(0);
  const question = ready?.questions.find(({ id }) => id === asked.question);
  const sql = asked.sql ?? (question === undefined ? undefined : sqlOf(question, ready));
  const answer = useAnswer(sql, turn);
  const go = (next: Asked): void => {
    // The same again is asked again: there are new records.
    if (hashOf(next) === location.hash) setTurn(turn + 1);
    else location.hash = hashOf(next);
  };
  return (
    <div class="ask">
      <h2 class="only-heard">Ask</h2>
      {ready?.engine === 'sqlite' && (
        <p class="notice">
          <span>
            DuckDB is not installed, so questions are about the newest records only:{' '}
            <code>npm install @duckdb/node-api</code>
          </span>
        </p>
      )}
      {error !== undefined && (
        <p class="notice" role="alert">
          {error}
        </p>
      )}
      <QuestionList ready={ready} chosen={question?.id} choose={(id) => go({ question: id })} />
      <SqlForm sql={sql ?? FIRST_SQL} ask={(text) => go({ sql: text })} />
      {sql !== undefined && answer.value === undefined && answer.error === undefined && (
        <p aria-live="polite">Asking…</p>
      )}
      {answer.error !== undefined && (
        <pre class="said-badly answer-error" role="alert">
          {answer.error}
        </pre>
      )}
      {answer.value !== undefined && (
        <AnswerView title={question?.title ?? 'Answer'} answer={answer.value} chart={question?.chart} />
      )}
    </div>
  );
}

const sqlOf = ({ sql }: ReadyQuestion, ready: ReadyQuestions | undefined): string | undefined =>
  ready === undefined ? undefined : sql[ready.engine];

function QuestionList({
  ready,
  chosen,
  choose,
}: {
  readonly ready: ReadyQuestions | undefined;
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}) {
  if (ready === undefined) return null;
  return (
    <ul class="questions" aria-label="Questions">
      {ready.questions.map((question) => {
        const why = whyNot(question, ready);
        return (
          <li key={question.id}>
            <button
              type="button"
              aria-pressed={question.id === chosen}
              disabled={why !== undefined}
              onClick={() => choose(question.id)}
            >
              {question.title}
            </button>
            {why !== undefined && <span class="dim">{why}</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** Why a question can't be asked, `undefined` if it can. */
function whyNot({ needs, sql }: ReadyQuestion, { engine, fields }: ReadyQuestions): string | undefined {
  if (sql[engine] === undefined) return 'needs DuckDB';
  const missing = needs.filter((name) => !fields.includes(name));
  return missing.length === 0 ? undefined : `no record has ${missing.join(', ')}`;
}
