/** Finds what something is called by its id, and asks for each once. */
export type NameOf = (id: string) => Promise<string | undefined>

export function namesOnce(find: NameOf): NameOf {
  const known = new Map<string, Promise<string | undefined>>()
  return (id) => {
    const name = known.get(id) ?? find(id)
    known.set(id, name)
    return name
  }
}
