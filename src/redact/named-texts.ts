/** What stands for a value with a name; `undefined` if it stays. */
export type Replace = (name: string, value: string) => string | undefined;

/** The name of what stands before the host of a URL. */
const PASSWORD = 'password';
/** Also with an `@` in the password, which ends at the last. */
const USER_INFO = /\/\/([^\s/?#"@]*(?:@[^\s/?#"@]*)*)@/g;
const PARAMETER = /([?&#])([^\s=?&#"'<>\\]{1,100})=([^\s&#"<>\\]+)/g;
const HEADER_LINE = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n]+)/gm;
const FORM = /^[^\s=&?#]{1,100}=[^\s&#]*(?:&[^\s=&#]{1,100}=[^\s&#]*)*$/;
const FORM_FIELD = /(^|&)([^=&]+)=([^&]+)/g;

/** Whether it is worth looking: most texts have nothing of the kind. */
export const mayHoldNames = (text: string): boolean =>
  text.includes('=') || text.includes('@') || text.includes('\r\n');

/** Replaces in URLs, in the head of a request, and in a text that is a form. */
export function replaceNamed(text: string, replace: Replace): string {
  const isForm = text.includes('=') && FORM.test(text);
  if (isForm) return replaceFields(text, FORM_FIELD, replace);
  return replaceInHead(replaceInUrls(text, replace), replace);
}

/** The user and password before the host, and parameters. */
function replaceInUrls(text: string, replace: Replace): string {
  let result = text;
  if (result.includes('@')) {
    result = result.replace(USER_INFO, (all, userInfo: string) => {
      const replaced = userInfo === '' ? undefined : replace(PASSWORD, userInfo);
      return replaced === undefined ? all : `//${replaced}@`;
    });
  }
  return result.includes('=') ? replaceFields(result, PARAMETER, replace) : result;
}

/** The lines of a request's or an answer's head, as Node's `_header` has it. */
function replaceInHead(text: string, replace: Replace): string {
  if (!text.includes('\r\n')) return text;
  return text.replace(HEADER_LINE, (all, name: string, value: string) => {
    const replaced = replace(name, value);
    return replaced === undefined ? all : `${name}: ${replaced}`;
  });
}

const replaceFields = (text: string, fields: RegExp, replace: Replace): string =>
  text.replace(fields, (all, before: string, name: string, value: string) => {
    const replaced = replace(decoded(name), value);
    return replaced === undefined ? all : `${before}${name}=${replaced}`;
  });

function decoded(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
