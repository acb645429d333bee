// Finds modules that import each other in a circle.

/** From edges `{ from, to, place }`: each circle once, as the list of edges that closes it, the shortest there is. */
export function cycles(edges) {
  const seen = new Set()
  const found = []
  for (const edge of edges) {
    const back = shortestPath(edges, edge.to, edge.from)
    if (back === undefined) continue
    const cycle = [edge, ...back]
    const key = cycle
      .map(({ from }) => from)
      .sort()
      .join(' ')
    if (!seen.has(key)) found.push(cycle)
    seen.add(key)
  }
  return found
}

function shortestPath(edges, start, goal) {
  const paths = [{ at: start, path: [] }]
  const visited = new Set([start])
  for (const { at, path } of paths) {
    if (at === goal) return path
    for (const edge of edges) {
      if (edge.from !== at || visited.has(edge.to)) continue
      visited.add(edge.to)
      paths.push({ at: edge.to, path: [...path, edge] })
    }
  }
  return undefined
}
