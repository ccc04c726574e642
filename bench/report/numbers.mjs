/** 12,345 */
export const whole = (value) => Math.round(value).toLocaleString('en-US');

/** 12,345.6 */
export const oneDigit = (value) =>
  value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
