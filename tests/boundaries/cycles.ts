/** Imports of one file, with the path of both files in the repository. */
export interface ImportingFile {
  readonly source: string
  readonly imports: readonly string[]
}

/** Parts of one package, or packages, that import each other in a cycle. */
export interface Knot {
  /** Folders of a package and files directly in its `src`, or packages. */
  readonly parts: readonly string[]
  /** One line each: from, to. Those between the two parts with the fewest imports come first. */
  readonly imports: readonly string[]
}

/** How many imports of a cycle the check names. */
const importsShownMax = 6

const packagePattern = /^(?:schemas|(?:packages|services|workflows)\/[^/]+)(?=\/)/

type ImportsOfParts = Map<string, Map<string, string[]>>

/**
 * Finds the strongly connected parts of each package. A folder is one part, without its subfolders. A file directly in
 * `src` is a part by itself: the entry and the wiring import every folder, and other such files are shared by all
 * folders. The rule `no-cycles` already refuses a cycle of such files alone.
 */
export function findKnots(files: readonly ImportingFile[]): Knot[] {
  const packages = Map.groupBy(files, ({ source }) => packageOf(source))
  return [...packages].flatMap(([packagePath, ofPackage]) =>
    packagePath === undefined
      ? []
      : knotsIn(importsBetween(ofPackage, path => (packageOf(path) === packagePath ? partOf(packagePath, path) : undefined))).filter(
          ({ parts }) => !parts.every(isFile),
        ),
  )
}

/** Packages that import each other in a cycle, even through files that are in none. */
export const findKnotsOfPackages = (files: readonly ImportingFile[]): Knot[] => knotsIn(importsBetween(files, packageOf))

function importsBetween(files: readonly ImportingFile[], partOfPath: (path: string) => string | undefined): ImportsOfParts {
  const parts: ImportsOfParts = new Map()
  for (const { source, imports } of files) {
    const from = partOfPath(source)
    if (from === undefined) continue
    const targets = parts.get(from) ?? new Map<string, string[]>()
    parts.set(from, targets)
    for (const target of imports) {
      const to = partOfPath(target)
      if (to !== undefined && to !== from) targets.set(to, [...(targets.get(to) ?? []), `${source} -> ${target}`])
    }
  }
  return parts
}

const packageOf = (path: string): string | undefined => packagePattern.exec(path)?.[0]

function partOf(packagePath: string, path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'))
  return folder === packagePath || folder === `${packagePath}/src` ? path : folder
}

const isFile = (part: string): boolean => /\.[^./]+$/.test(part)

function knotsIn(importsOf: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>): Knot[] {
  const reachable = new Map([...importsOf.keys()].map(part => [part, reachableFrom(part, importsOf)]))
  const isTied = (one: string, other: string): boolean => reachable.get(one)?.has(other) === true && reachable.get(other)?.has(one) === true
  const knots: Knot[] = []
  const seen = new Set<string>()
  for (const part of importsOf.keys()) {
    if (seen.has(part)) continue
    const parts = [...importsOf.keys()].filter(other => isTied(part, other))
    for (const each of parts) seen.add(each)
    if (parts.length < 2) continue
    const pairs = parts.flatMap(from => parts.map(to => importsOf.get(from)?.get(to) ?? []))
    knots.push({ parts: parts.toSorted(), imports: pairs.toSorted((a, b) => a.length - b.length).flat() })
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

/** One line for each cycle. */
export const refusedKnots = (rule: string, knots: readonly Knot[]): string[] =>
  knots.map(
    ({ parts, imports }) => `${rule}: ${parts.join(' -> ')} (${imports.length} imports: ${imports.slice(0, importsShownMax).join(', ')})`,
  )
