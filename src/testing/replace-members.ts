/** Gives an object other members, over those that it has. The function that is returned takes them away again. */
export function replaceMembers<T extends object>(object: T, members: T): () => void {
  const before = Object.getOwnPropertyDescriptors(object);
  for (const key of Reflect.ownKeys(members)) {
    const value: unknown = Reflect.get(members, key);
    Object.defineProperty(object, key, { value, configurable: true, writable: true, enumerable: true });
  }
  return () => {
    for (const key of Reflect.ownKeys(members)) {
      Reflect.deleteProperty(object, key);
      const own = before[key as keyof typeof before];
      if (own !== undefined) Object.defineProperty(object, key, own);
    }
  };
}
