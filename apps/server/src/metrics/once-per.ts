/** Does the work at most once in so many milliseconds: who asks meanwhile waits for the same, or gets what it left. */
export function oncePer(milliseconds: number, now: () => number, work: () => Promise<void>): () => Promise<void> {
  let last: { readonly at: number; readonly done: Promise<void> } | undefined
  return () => {
    if (last === undefined || now() - last.at >= milliseconds) last = { at: now(), done: work() }
    return last.done
  }
}
