import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Marks what runs on the logger's own behalf: its requests, its messages, its callbacks. A record that is logged there,
 * through a bridged diag, an instrumented console or a headers function, would cause the next one, and so on.
 */
const ownWork = new AsyncLocalStorage<true>();

export const asOwnWork = <T>(work: () => T): T => ownWork.run(true, work);

export const isOwnWork = (): boolean => ownWork.getStore() === true;
