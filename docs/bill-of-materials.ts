/** A package as package-lock.json has it, by the path at which npm puts it. */
interface LockedPackage {
  readonly name?: string
  readonly version?: string
  /** Of a room of ours, where the path is a link to it. */
  readonly resolved?: string
  readonly link?: boolean
  /** As `sha512-` and base64. */
  readonly integrity?: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/**
 * What runs in production, by the paths of the lockfile: all services, what members and operators run, the page that a browser gets and what builds it, and the Node that comes as a package. The simulated bank, the tests and the
 * benchmarks are no part of the engine.
 */
const productionRoots = ['services/standalone', 'packages/cli', 'packages/client', 'packages/desk-page', 'node_modules/node']

interface Component {
  readonly path: string
  readonly name: string
  readonly version: string
  readonly entry: LockedPackage
}

/**
 * The software bill of materials (CycloneDX 1.6) of what `roots` stand on, made of a lockfile alone: the same text for the same lockfile, on any machine. It names no registry, and no time or serial number, so that it changes
 * when a dependency does. Rooms of ours are one component, the engine. `npm sbom --omit=dev` was tried: with several rooms it leaves out whatever any of them needs for its tests too, such as jose and zod.
 */
export function billOfMaterials({ packages }: Lockfile, roots: readonly string[] = productionRoots) {
  const engine = packages[''] ?? {}
  const engineRef = `${engine.name}@${engine.version}`
  const found = new Map<string, Component>()
  /** By the reference of a component, those of what it needs. */
  const needs = new Map<string, Set<string>>([[engineRef, new Set()]])
  const seen = new Set<string>()

  function visit(named: string, neededBy: string): void {
    const path = packages[named]?.link ? (packages[named].resolved ?? '') : named
    const entry = packages[path]
    if (!entry) throw new Error(`package-lock.json has no ${path}`)
    const isOurs = !path.includes('node_modules/')
    const ref = isOurs ? engineRef : refOf(path, entry)
    if (!isOurs) needs.get(neededBy)?.add(ref)
    if (seen.has(path)) return
    seen.add(path)
    if (!needs.has(ref)) needs.set(ref, new Set())
    if (!isOurs) found.set(ref, { path, name: nameAt(path, entry), version: entry.version ?? '', entry })
    for (const [name, isOptional] of neededIn(entry)) {
      const at = placeOf(name, path, packages)
      if (at !== undefined) visit(at, ref)
      else if (!isOptional) throw new Error(`package-lock.json has no ${name}, which ${path} needs`)
    }
  }
  for (const root of roots) visit(root, engineRef)

  const components = [...found].sort(byRef)
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': engineRef,
        name: engine.name,
        version: engine.version,
        ...licensesOf(engine),
      },
    },
    components: components.map(([ref, { name, version, entry }]) => ({
      type: 'library',
      'bom-ref': ref,
      name,
      version,
      ...hashesOf(entry),
      ...licensesOf(entry),
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    })),
    dependencies: [...needs].sort(byRef).map(([ref, refs]) => ({ ref, dependsOn: [...refs].sort() })),
  }
}

/** Not by the words of a language, which another machine may sort otherwise. */
const byRef = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0)

const nameAt = (path: string, { name }: LockedPackage): string =>
  name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

const refOf = (path: string, entry: LockedPackage): string => `${nameAt(path, entry)}@${entry.version}`

/** What a package needs, and whether it does without where that is not there. A peer that may be missing is there only where somebody else needs it, and counts there. */
function neededIn({
  dependencies = {},
  optionalDependencies = {},
  peerDependencies = {},
  peerDependenciesMeta,
}: LockedPackage): Map<string, boolean> {
  const peers = Object.keys(peerDependencies).filter(name => !peerDependenciesMeta?.[name]?.optional)
  return new Map([
    ...[...peers, ...Object.keys(dependencies)].map(name => [name, false] as const),
    ...Object.keys(optionalDependencies).map(name => [name, true] as const),
  ])
}

/** Where Node finds a package that is asked for at a path: in the nearest `node_modules` on the way up. */
function placeOf(name: string, path: string, packages: Lockfile['packages']): string | undefined {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const at = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[at]) return at
    if (folder === '') return undefined
  }
}

function hashesOf({ integrity }: LockedPackage) {
  const [, base64] = /^sha512-(.+)$/.exec(integrity ?? '') ?? []
  return base64 === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }] }
}

/** An identifier of SPDX, or an expression of several. */
function licensesOf({ license }: LockedPackage) {
  if (license === undefined) return {}
  return { licenses: [/[ (]/.test(license) ? { expression: license.replaceAll(' or ', ' OR ') } : { license: { id: license } }] }
}
