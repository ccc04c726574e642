/** Where JSON.parse() could lose digits. */
const LONG_NUMBER = /\d{16}/;

/** Like JSON.parse(), with whole numbers that a double can't hold as a `bigint`, where the browser can tell. */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, exact);
  } catch {
    // What is nested very deep can be parsed, but not looked at by a function.
    return JSON.parse(text);
  }
}

function exact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

const rawJson = (JSON as { readonly rawJSON?: (text: string) => unknown }).rawJSON;

/** Like JSON.stringify(), for what parseJson() gives. */
export function jsonOf(value: unknown, indent?: number): string {
  const write = (_key: string, one: unknown): unknown =>
    typeof one === 'bigint' ? (rawJson?.(String(one)) ?? String(one)) : one;
  try {
    return JSON.stringify(value, write, indent);
  } catch {
    return '"[nested too deep to show]"';
  }
}

/** The object or array that a JSON text is, such as a nested value of a flat record; `undefined` for any other text. */
export function nestedIn(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJson(text) as object;
  } catch {
    return undefined;
  }
}
