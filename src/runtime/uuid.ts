/** A random UUID. The global `crypto` is not used, as applications stub it, and `node:crypto` is not imported, as that would slow every start. */
export const randomUuid = (): string => process.getBuiltinModule('node:crypto').randomUUID();
