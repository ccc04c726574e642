/** A URL for a message: whatever could be a credential, before an `@`, in the query, or a token in the path, is left out. */
export function redactUrl(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(text) ?? [];
  const at = rest.lastIndexOf('@');
  const query = rest.search(/[?#]/);
  // An "@" behind a "?" or "#" may end the credentials or belong to the query, so nothing is shown.
  if (query >= 0 && query < at) return `${scheme}***`;
  const host = query < 0 ? rest.slice(at + 1) : rest.slice(at + 1, query);
  const [authority = '', ...path] = host.split('/');
  const shown = [authority, ...path.map((part) => (isTokenLike(part) ? '***' : part))].join('/');
  return `${scheme}${at < 0 ? '' : '***@'}${shown}${query < 0 ? '' : '?***'}`;
}

/** Whether a part of a path is most probably a token: some URLs need no other credentials, such as a webhook's. */
export const isTokenLike = (part: string): boolean =>
  /(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{16}/i.test(part) || /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i.test(part);

/** A text that may hold URLs, without what stands before an `@` in them. */
export const maskUserInfo = (text: string): string => text.replaceAll(/\/\/[^\s/?#"']*@/g, '//***@');
