import { useEffect, useRef } from 'preact/hooks';

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'to the filter'],
  [['j', '↓'], 'the next record, which is older'],
  [['k', '↑'], 'the record before, which is newer'],
  [['Enter'], 'opens the record'],
  [['Esc'], 'closes the record; leaves the filter'],
  [['p'], 'pauses, and goes on'],
  [['?'], 'this help'],
];

const FILTERS: readonly (readonly [example: string, means: string])[] = [
  ['timeout', 'in a name or a value, whatever its case'],
  ['"rate limit"', 'with a space in it'],
  ['type=chat', 'the field has this value'],
  ['model!="my model"', 'the field is absent or has another value'],
  ['tokens>100', 'a number; also >=, <, <='],
  ['gen_params.temperature<1', 'in what is nested'],
  ['conv_id=c1', 'at any depth'],
];

/** The keys, and how to write a filter. All words of a filter must match. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="sheet" aria-label="Help" onClose={onClose}>
      <header class="detail-head">
        <h2>Keys</h2>
        <span class="space" />
        <button
          type="button"
          class="small"
          aria-label="Close the help"
          onClick={() => dialog.current?.close()}
        >
          ✕
        </button>
      </header>
      <dl class="help">
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <h2>Filter</h2>
      <dl class="help">
        {FILTERS.map(([example, means]) => (
          <div key={example}>
            <dt>
              <code>{example}</code>
            </dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
      <p class="dim">A record is shown if it matches all words. A click on a value filters by it.</p>
    </dialog>
  );
}
