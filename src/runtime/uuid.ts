/** A UUID at random. Neither the global `crypto`, which applications stub, nor an import, which would slow every start. */
export const randomUuid = (): string => process.getBuiltinModule('node:crypto').randomUUID();
