/** Imports of one file, by where both lie in the repository. */
export interface ImportingFile {
  readonly source: string
  readonly imports: readonly string[]
}

/** Parts of one package that import each other in a circle. */
export interface Knot {
  /** Such as `services/desk`. */
  readonly packagePath: string
  /** Folders of the package, and files that lie directly in its `src`. */
  readonly parts: readonly string[]
  /** One line each: from, to. Those between two parts with the fewest imports come first. */
  readonly imports: readonly string[]
}

/** How many imports of a knot the check names. */
const importsShownMax = 6

const packagePattern = /^(?:schemas|(?:packages|services)\/[^/]+)(?=\/)/

/**
 * Finds the strongly connected parts of each package. A folder is one part, without its subfolders. A file directly in `src` is a part by itself: the entry and the wiring import every folder,
 * and other such files are shared by all folders. The rule `no-cycles` already refuses a circle of such files alone.
 */
export function findKnots(files: readonly ImportingFile[]): Knot[] {
  const partsOfPackages = new Map<string, Map<string, Map<string, string[]>>>()
  for (const { source, imports } of files) {
    const packagePath = packageOf(source)
    if (packagePath === undefined) continue
    const parts = partsOfPackages.get(packagePath) ?? new Map<string, Map<string, string[]>>()
    partsOfPackages.set(packagePath, parts)
    const from = partOf(packagePath, source)
    for (const target of imports) {
      if (packageOf(target) !== packagePath) continue
      const to = partOf(packagePath, target)
      if (to === from) continue
      const targets = parts.get(from) ?? new Map<string, string[]>()
      parts.set(from, targets.set(to, [...(targets.get(to) ?? []), `${source} -> ${target}`]))
    }
  }
  return [...partsOfPackages].flatMap(([packagePath, parts]) => knotsIn(packagePath, parts))
}

const packageOf = (path: string): string | undefined => packagePattern.exec(path)?.[0]

function partOf(packagePath: string, path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'))
  return folder === packagePath || folder === `${packagePath}/src` ? path : folder
}

const isFile = (part: string): boolean => /\.[^./]+$/.test(part)

function knotsIn(packagePath: string, importsOf: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>): Knot[] {
  const reachable = new Map([...importsOf.keys()].map(part => [part, reachableFrom(part, importsOf)]))
  const isTied = (one: string, other: string): boolean => reachable.get(one)?.has(other) === true && reachable.get(other)?.has(one) === true
  const knots: Knot[] = []
  const seen = new Set<string>()
  for (const part of importsOf.keys()) {
    if (seen.has(part)) continue
    const parts = [...importsOf.keys()].filter(other => isTied(part, other))
    for (const each of parts) seen.add(each)
    if (parts.every(isFile)) continue
    const pairs = parts.flatMap(from => parts.map(to => importsOf.get(from)?.get(to) ?? []))
    knots.push({ packagePath, parts: parts.toSorted(), imports: pairs.toSorted((a, b) => a.length - b.length).flat() })
  }
  return knots
}

function reachableFrom(start: string, importsOf: ReadonlyMap<string, ReadonlyMap<string, unknown>>): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = [start]
  for (let part = open.pop(); part !== undefined; part = open.pop())
    for (const next of importsOf.get(part)?.keys() ?? []) {
      if (reached.has(next)) continue
      reached.add(next)
      open.push(next)
    }
  return reached
}

/** One line for each knot. */
export const refusedKnots = (knots: readonly Knot[]): string[] =>
  knots.map(
    ({ parts, imports }) => `no-knots: ${parts.join(' -> ')} (${imports.length} imports: ${imports.slice(0, importsShownMax).join(', ')})`,
  )
