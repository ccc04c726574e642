/**
 * Counts what all threads of this package have posted to this one, for one who waits without an event loop. One number for
 * all of them: whoever waits for several threads at once is woken by each.
 */
export const posted = new Int32Array(new SharedArrayBuffer(4));
