import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// `npm run sbom` prints the bill of materials of production: the output of `npm sbom` without packages that only build and test.
// `npm sbom --omit=dev` would also omit packages that the tests of any workspace need, such as zod.

interface Bill {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly Dependency[]
}
interface Component {
  readonly 'bom-ref': string
  readonly name: string
}
interface Dependency {
  readonly ref: string
  readonly dependsOn: readonly string[]
}
/** An entry of package-lock.json. */
interface LockedPackage {
  readonly name?: string
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** All services, the command line, the client, the page with its build tools, and Node from its npm package. */
const roots = ['@holdfast/standalone', '@holdfast/cli', '@holdfast/client', '@holdfast/desk-web', 'node']
const root = join(import.meta.dirname, '..')

function productionBill(bill: Bill, packages: Readonly<Record<string, LockedPackage>>): Bill {
  const { component: engine } = bill.metadata
  const dependencies = new Map(bill.dependencies.map(each => [each.ref, each]))
  const locked = new Map(Object.entries(packages).map(([path, entry]) => [refOf(path, entry), entry]))
  const kept = new Map<string, Dependency>()

  function keep(ref: string, isNeeded: (name: string) => boolean): void {
    if (kept.has(ref)) return
    const dependsOn = dependencies.get(ref)?.dependsOn.filter(each => isNeeded(nameOf(each))) ?? []
    kept.set(ref, { ref, dependsOn })
    for (const each of dependsOn) keep(each, neededBy(locked.get(each)))
  }
  keep(engine['bom-ref'], name => roots.includes(name))
  return {
    ...bill,
    // npm names the project after its folder.
    metadata: { ...bill.metadata, component: { ...engine, name: nameOf(engine['bom-ref']) } },
    components: bill.components.filter(component => kept.has(component['bom-ref'])),
    dependencies: [...kept.values()],
  }
}

/** Excludes test-only dependencies and optional peers: an optional peer is installed because another package needs it. */
const neededBy =
  ({ dependencies = {}, devDependencies = {}, peerDependenciesMeta = {} }: LockedPackage = {}) =>
  (name: string): boolean =>
    name in dependencies || (!(name in devDependencies) && !peerDependenciesMeta[name]?.optional)

const refOf = (path: string, { name = path.split('node_modules/').at(-1), version }: LockedPackage): string => `${name}@${version}`
const nameOf = (ref: string): string => ref.slice(0, ref.lastIndexOf('@'))

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
process.stdout.write(`${JSON.stringify(productionBill(JSON.parse(text), packages), undefined, 2)}\n`)
