import { useState } from 'preact/hooks';
import { Value } from '../shared/value.js';
import { nestedIn } from './parse-json.js';
import { own, textOf } from './row.js';

interface TreeProps {
  readonly value: object;
  /** The names that lead here. */
  readonly path: readonly string[];
  readonly onFilter: (field: string, value: string) => void;
}

const FIELDS_AT_FIRST = 200;
const MORE_FIELDS = 1000;
/** What is nested is open at first where it's small, and not deep. */
const OPEN_DEPTH = 3;
const OPEN_FIELDS = 30;

/** The fields of an object or array, with what is nested in them, also as JSON text, to open and close. */
export function ValueTree({ value, path, onFilter }: TreeProps) {
  const [most, setMost] = useState(FIELDS_AT_FIRST);
  const names = Object.keys(value);
  return (
    <dl class="tree">
      {names.slice(0, most).map((name) => (
        <Field key={name} name={name} value={own(value, name)} path={path} onFilter={onFilter} />
      ))}
      {names.length > most && (
        <div>
          <button type="button" class="small" onClick={() => setMost(most + MORE_FIELDS)}>
            Show more ({names.length - most} fields are left)
          </button>
        </div>
      )}
    </dl>
  );
}

interface FieldProps extends Omit<TreeProps, 'value'> {
  readonly name: string;
  readonly value: unknown;
}

function Field({ name, value, path, onFilter }: FieldProps) {
  const nested = nestedOf(value);
  const size = nested === undefined ? 0 : Object.keys(nested).length;
  const [isOpen, setOpen] = useState(size > 0 && size <= OPEN_FIELDS && path.length < OPEN_DEPTH);
  const inner = [...path, name];
  return (
    <div class={nested === undefined ? 'field' : 'field nested'}>
      <dt>
        {size > 0 ? (
          <button type="button" class="plain fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Value text={name.slice(0, 300)} />
          </button>
        ) : (
          <Value text={name.slice(0, 300)} />
        )}
      </dt>
      <dd>
        {nested === undefined ? (
          <Scalar value={value} path={inner} onFilter={onFilter} />
        ) : (
          <span class="dim">{sizeText(nested, size, typeof value === 'string')}</span>
        )}
        {nested !== undefined && isOpen && <ValueTree value={nested} path={inner} onFilter={onFilter} />}
      </dd>
    </div>
  );
}

const CHARACTERS_AT_FIRST = 2000;
const MORE_CHARACTERS = 20_000;
/** A longer text is not what one filters by. */
const MOST_TO_FILTER = 200;

function Scalar({ value, path, onFilter }: Omit<TreeProps, 'value'> & { readonly value: unknown }) {
  const [most, setMost] = useState(CHARACTERS_AT_FIRST);
  const text = textOf(value);
  const shown = <Value text={text.slice(0, most)} />;
  const kind = typeof value === 'string' ? 'text' : 'plain-value';
  const field = fieldOf(path);
  if (field !== undefined && text.length <= MOST_TO_FILTER)
    return (
      <button
        type="button"
        class={`plain value ${kind}`}
        title="Filter by this value"
        onClick={() => onFilter(field, text)}
      >
        {text === '' ? <i class="dim">empty</i> : shown}
      </button>
    );
  return (
    <span class={`value ${kind}`}>
      {shown}
      {text.length > most && (
        <button type="button" class="small" onClick={() => setMost(most + MORE_CHARACTERS)}>
          Show more ({(text.length - most).toLocaleString('en')} characters are left)
        </button>
      )}
    </span>
  );
}

/** How a filter names it: names with a dot in them can't be told from a path. */
const fieldOf = (path: readonly string[]): string | undefined =>
  path.length === 1 || !path.some((name) => name.includes('.')) ? path.join('.') : undefined;

function nestedOf(value: unknown): object | undefined {
  if (typeof value === 'object' && value !== null) return value;
  return typeof value === 'string' ? nestedIn(value) : undefined;
}

function sizeText(nested: object, size: number, isText: boolean): string {
  const count = Array.isArray(nested) ? `[${size}]` : `{${size}}`;
  return isText ? `${count} as JSON text` : count;
}
