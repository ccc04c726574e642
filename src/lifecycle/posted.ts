/**
 * Counts the messages that all threads of this package have posted to this one, for code that waits without an event loop. There is one
 * number for all threads, so that each of them wakes whoever waits for several.
 */
export const posted = new Int32Array(new SharedArrayBuffer(4));
