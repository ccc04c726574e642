/** What a status says about the settings, when nothing was ever delivered. */
export function adviceOn(status: number | undefined): string {
  if (status === 401 || status === 403)
    return 'check the credentials, in the headers or before the @ of the URL';
  if (status === 404 || status === 405 || status === 410) return 'check the path of the URL';
  if (status === 415) return 'check the format, and the content type if the headers have one';
  if (status !== undefined && status < 400)
    return 'check the URL: only 307 and 308 are followed, and never from https: to http:';
  return 'check the URL and the headers';
}
