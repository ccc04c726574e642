/** A name however it is written: `X-Api-Key`, `x_api_key` and `xApiKey` are one. */
export function fold(name: string): string {
  const lower = name.toLowerCase();
  return lower.replaceAll(/[-_\s]/g, '') || lower;
}

/** What a name of several parts ends with: `authorization` of OpenTelemetry's `http.request.header.authorization`, `token` of a form's `user[token]`. */
export function lastPart(name: string): string {
  const whole = name.replace(/[[\]]+$/, '');
  return whole.slice(Math.max(whole.lastIndexOf('.'), whole.lastIndexOf('[')) + 1);
}
