import { decode } from '../../config/headers.js';
import { isTokenLike } from '../../runtime/redact.js';

/** Headers whose values are no secrets; any other that is configured can be one. */
const OPEN_HEADERS = new Set(['accept', 'content-encoding', 'content-type', 'host', 'user-agent']);

/** Shorter values are too likely to be part of an innocent word. */
const MIN_CHARACTERS = 4;
/** A part of a value is taken for a secret of its own only if it is this long: shorter parts are words such as a scheme. */
const MIN_PART_CHARACTERS = 8;

/** All texts in which an endpoint may repeat a secret that it was sent, in the headers or the URLs. The longest come first. */
export function secretsOf(
  urls: readonly URL[],
  headers: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const values = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || OPEN_HEADERS.has(name.toLowerCase()) ? [] : partsOf(value),
  );
  const inUrls = urls.flatMap((url) => [
    ...queryValuesOf(url),
    ...url.pathname.split('/').filter(isTokenLike),
  ]);
  const secrets = new Set([...values, ...inUrls].flatMap(spellings));
  // The longest first, as a secret can be a part of another.
  return [...secrets].filter(({ length }) => length >= MIN_CHARACTERS).sort((a, b) => b.length - a.length);
}

export const mask = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);

/** The values of a URL's query, as they are and decoded. */
const queryValuesOf = ({ search }: URL): string[] =>
  search
    .slice(1)
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1))
    .flatMap((value) => [value, decode(value.replaceAll('+', ' '))]);

/** A header's value, what follows a scheme in it, the user and the password of Basic authorization, and other parts. */
function partsOf(value: string): string[] {
  const credentials = value.slice(value.indexOf(' ') + 1).trim();
  const parts = value.split(/[\s,;:="']+/).filter(({ length }) => length >= MIN_PART_CHARACTERS);
  if (!/^basic /i.test(value)) return [value, credentials, ...parts];
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const [user, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
  // The name of a user is no secret, and may be an ordinary word such as "default"; but some put a token in its place.
  const isToken = password === '' || user.length >= MIN_PART_CHARACTERS;
  return [value, credentials, decoded, password, ...(isToken ? [user] : [])];
}

/** How a text may come back: as it is, in JSON, in JSON as PHP writes it, and in a URL. */
function spellings(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  return [text, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(text)];
}
