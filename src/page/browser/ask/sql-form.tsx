import { useEffect, useState } from 'preact/hooks';

/** A place for SQL. Ctrl+Enter asks. */
export function SqlForm({ sql, ask }: { readonly sql: string; readonly ask: (sql: string) => void }) {
  const [text, setText] = useState(sql);
  useEffect(() => setText(sql), [sql]);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim() !== '') ask(text);
  };
  return (
    <form class="sql" onSubmit={submit}>
      <label for="sql">
        SQL over <code>records</code>
      </label>
      <textarea
        id="sql"
        class="mono"
        rows={Math.min(12, Math.max(4, text.split('\n').length))}
        spellcheck={false}
        autocapitalize="off"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      />
      <div class="sql-foot">
        <button type="submit" class="primary">
          Ask
        </button>
        <span class="dim">
          or <kbd>Ctrl</kbd> <kbd>Enter</kbd>. Nested values: <code>state-&gt;&gt;'$.conv_id'</code>
        </span>
      </div>
    </form>
  );
}
