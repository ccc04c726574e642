const two = (part: number): string => String(part).padStart(2, '0');

/** The time of the day, with milliseconds, where the browser is. */
export function clockText(atMillis: number): string {
  const date = new Date(atMillis);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export const countText = (count: number): string => count.toLocaleString('en');
