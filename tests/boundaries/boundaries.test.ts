import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Boundaries, cruiseBoundaries } from './cruise.ts'
import { forbidden } from './rules.ts'

/** A forbidden import, the file that contains it, and the rule that must refuse it. */
const plants = [
  ['schemas-stand-alone', 'schemas/src/planted.ts', `export { openSqlite } from '@holdfast/sqlite'`],
  [
    'core-and-countries-know-schemas-only',
    'packages/core/src/planted.ts',
    `import type { Decision } from '@holdfast/payment-stop/lifecycle'`,
  ],
  [
    'a-workflow-knows-the-core-only',
    'workflows/payment-stop/src/lifecycle/planted.ts',
    `import type { SqliteFile } from '@holdfast/sqlite'`,
  ],
  [
    'the-lifecycle-knows-no-law',
    'workflows/payment-stop/src/lifecycle/planted-law.ts',
    `import type { Profiles } from '../law/profiles.ts'`,
  ],
  [
    'bank-messages-know-schemas-only',
    'workflows/payment-stop/src/iso20022/planted.ts',
    `import type { Profiles } from '../law/profiles.ts'`,
  ],
  ['proof-knows-schemas-only', 'packages/proof/src/planted.ts', `import type { SqliteFile } from '@holdfast/sqlite'`],
  ['encryption-knows-no-engine', 'packages/encryption/src/planted.ts', `import '@holdfast/streams'`],
  ['wrappers-of-encryption-know-ports-only', 'packages/encryption/src/wrappers/planted.ts', `import '@holdfast/directory'`],
  ['the-runtime-knows-no-sender', 'packages/runtime/src/planted.ts', `import '@holdfast/access'`],
  ['access-knows-no-http', 'packages/access/src/planted.ts', `import '@holdfast/http'`],
  ['http-starts-nothing', 'packages/http/src/planted.ts', `import '@holdfast/service-kit'`],
  ['the-runtime-is-for-processes', 'packages/request-state/src/planted.ts', `import '@holdfast/runtime'`],
  ['directory-knows-schemas-and-countries-only', 'packages/directory/src/planted.ts', `import type { SqliteFile } from '@holdfast/sqlite'`],
  ['the-core-is-pure', 'workflows/payment-stop/src/rules/planted-digest.ts', `import { hash } from 'node:crypto'`],
  ['the-page-stands-on-the-core', 'packages/desk-web/src/planted.ts', `import { evolve } from '@holdfast/payment-stop/lifecycle'`],
  ['shared-folders-of-the-page-know-no-feature', 'packages/desk-web/src/components/planted.ts', `import '../planted/feature.ts'`],
  ['features-of-the-page-stand-apart', 'packages/desk-web/src/inbox/planted.ts', `import '../planted/feature.ts'`],
  [
    'features-of-payment-stops-on-the-page-stand-apart',
    'packages/desk-web/src/payment-stops/case/planted.ts',
    `import '../planted/feature.ts'`,
  ],
  ['packages-know-no-service', 'packages/trust/src/planted.ts', `import '@holdfast/planted-service'`],
  ['no-service-imports-another', 'services/ledger/src/planted.ts', `import '@holdfast/planted-service'`],
  ['the-desks-projection-knows-no-endpoint', 'services/desk/src/projection/planted.ts', `import '../page/planted.ts'`],
  ['endpoints-of-the-desk-stand-apart', 'services/desk/src/proof/planted.ts', `import '../planted-endpoint/planted.ts'`],
  ['nothing-imports-tests', 'packages/trust/src/planted-test.ts', `import '../../../tests/planted.ts'`],
  ['the-checker-stands-alone', 'tests/checker/planted.ts', `import type { Fact } from '@holdfast/payment-stop/language'`],
  ['nothing-imports-bench', 'services/ledger/src/planted-bench.ts', `import '../../../bench/planted.ts'`],
  ['nothing-imports-infra', 'bench/planted-infra.ts', `import '../infra/planted.ts'`],
  ['test-kit-is-for-tests', 'services/ledger/src/planted-kit.ts', `import '@holdfast/test-kit/ports'`],
  ['parts-of-drivers-are-for-drivers', 'services/ledger/src/planted-parts.ts', `import '@holdfast/streams/driver/pause'`],
  ['kafkajs-stays-behind-its-port', 'packages/streams/src/planted.ts', `import { Kafka } from 'kafkajs'`],
  ['ioredis-stays-behind-its-port', 'packages/stores/src/planted.ts', `import type { Redis } from 'ioredis'`],
  ['kafka-and-redis-are-loaded-by-who-uses-them', 'services/ledger/src/planted-redis.ts', `import '@holdfast/stores/redis'`],
  ['sqlite-stays-in-its-package', 'packages/streams/src/planted-sqlite.ts', `import { DatabaseSync } from 'node:sqlite'`],
  ['saxes-stays-behind-its-limits', 'packages/trust/src/planted-xml.ts', `import { SaxesParser } from 'saxes'`],
  ['ipaddr-stays-behind-its-rule', 'packages/trust/src/planted-address.ts', `import ipaddr from 'ipaddr.js'`],
  ['packages-are-imported-by-name', 'packages/streams/src/planted-path.ts', `export * from '../../sqlite/src/sqlite-file.ts'`],
  ['no-cycles', 'packages/trust/src/planted-egg.ts', `import './planted-hen.ts'`],
  ['every-import-resolves', 'packages/trust/src/planted-typo.ts', `import './no-such-file.ts'`],
] as const

/** Parts of a package that import each other, with their files. */
const plantedKnots: readonly (readonly [
  of: string,
  parts: readonly string[],
  files: readonly (readonly [file: string, text: string])[],
])[] = [
  [
    'two folders',
    ['services/ledger/src/planted-one', 'services/ledger/src/planted-other'],
    [
      ['services/ledger/src/planted-one/first.ts', `import '../planted-other/first.ts'`],
      ['services/ledger/src/planted-one/second.ts', 'export {}'],
      ['services/ledger/src/planted-other/first.ts', 'export {}'],
      ['services/ledger/src/planted-other/second.ts', `import type { Second } from '../planted-one/second.ts'`],
    ],
  ],
  [
    'a folder and its subfolder',
    ['packages/sqlite/src/planted', 'packages/sqlite/src/planted/inner'],
    [
      ['packages/sqlite/src/planted/first.ts', `import './inner/first.ts'`],
      ['packages/sqlite/src/planted/second.ts', 'export {}'],
      ['packages/sqlite/src/planted/inner/first.ts', `import '../second.ts'`],
    ],
  ],
  [
    'a folder and a shared file',
    ['services/intake/src/planted', 'services/intake/src/planted-shared.ts'],
    [
      ['services/intake/src/planted/first.ts', `import '../planted-shared.ts'`],
      ['services/intake/src/planted/second.ts', 'export {}'],
      ['services/intake/src/planted-shared.ts', `import './planted/second.ts'`],
    ],
  ],
]

/** Files that the planted imports need. */
const grounds: readonly (readonly [file: string, text: string])[] = [
  ['services/planted/package.json', `{ "name": "@holdfast/planted-service", "type": "module", "exports": { ".": "./src/app.ts" } }`],
  ['services/planted/src/app.ts', 'export {}'],
  ['services/planted/src/first.ts', `import '@holdfast/planted-twin'`],
  ['services/planted-twin/package.json', `{ "name": "@holdfast/planted-twin", "type": "module", "exports": { ".": "./src/app.ts" } }`],
  ['services/planted-twin/src/app.ts', 'export {}'],
  ['services/planted-twin/src/second.ts', `import '@holdfast/planted-service'`],
  ['packages/trust/src/planted-hen.ts', `import './planted-egg.ts'`],
  ['packages/desk-web/src/planted/feature.ts', 'export {}'],
  ['packages/desk-web/src/payment-stops/planted/feature.ts', 'export {}'],
  ['tests/planted.ts', 'export {}'],
  ['bench/planted.ts', 'export {}'],
  ['infra/planted.ts', 'export {}'],
  ['services/desk/src/page/planted.ts', 'export {}'],
  ['services/desk/src/planted-endpoint/planted.ts', 'export {}'],
  ...plantedKnots.flatMap(([, , files]) => files),
]

const root = fileURLToPath(new URL('../..', import.meta.url))
const copy = mkdtempSync(join(tmpdir(), 'holdfast-boundaries-'))
let seen: Boundaries

beforeAll(async () => {
  for (const folder of ['schemas', 'packages', 'services', 'workflows']) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: source => !source.includes('node_modules') })
  }
  for (const [file, text] of [...grounds, ...plants.map(([, file, text]) => [file, text] as const)]) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(join(copy, file), text)
  }
  linkModules()
  seen = await cruiseBoundaries(copy)
}, 30_000)
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** Third-party packages come from the repository, the workspace's own from the copy. */
function linkModules(): void {
  mkdirSync(join(copy, 'node_modules/@holdfast'), { recursive: true })
  for (const name of ['kafkajs', 'ioredis', 'zod', 'saxes', 'ipaddr.js'])
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  for (const kind of ['packages', 'workflows'])
    for (const name of readdirSync(join(copy, kind))) symlinkSync(join(copy, kind, name), join(copy, 'node_modules/@holdfast', name))
  symlinkSync(join(copy, 'schemas'), join(copy, 'node_modules/@holdfast/schemas'))
  symlinkSync(join(copy, 'services/planted'), join(copy, 'node_modules/@holdfast/planted-service'))
  symlinkSync(join(copy, 'services/planted-twin'), join(copy, 'node_modules/@holdfast/planted-twin'))
}

test('every rule has a planted import that it must refuse', () => {
  expect(plants.map(([rule]) => rule).toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted())
})

test.each(plants)('%s refuses %s', (rule, file) => {
  expect(seen.violations.filter(violation => violation.startsWith(`${rule}: ${file} -> `))).toHaveLength(1)
})

const refusedAsKnots = () => seen.violations.filter(violation => violation.startsWith('no-knots: '))

test.each(plantedKnots)('a cycle between %s is refused, with its imports', (_of, parts, files) => {
  const refused = refusedAsKnots().filter(violation => violation.startsWith(`no-knots: ${parts.join(' -> ')} (2 imports: `))
  expect(refused).toHaveLength(1)
  expect(files.filter(([file, text]) => text.includes('import') && refused[0]?.includes(`${file} -> `))).toHaveLength(2)
})

test('no other package has a cycle', () => {
  expect(refusedAsKnots()).toHaveLength(plantedKnots.length)
})

test('packages that import each other are refused, although no file is in a cycle', () => {
  const refused = seen.violations.filter(violation => violation.startsWith('no-knots-of-packages: ') && violation.includes('planted-twin'))
  expect(refused).toHaveLength(1)
  expect(refused[0]).toMatch(/^no-knots-of-packages: services\/planted -> services\/planted-twin \(2 imports: /)
})

test('a planted import is refused by its own rule only', () => {
  const own = new Map<string, string>(plants.map(([rule, file]) => [file, rule]))
  const others = seen.violations.filter(violation => {
    const file = violation.slice(violation.indexOf(': ') + 2, violation.indexOf(' -> '))
    return own.has(file) && !violation.startsWith(`${own.get(file)}: `)
  })
  expect(others).toEqual([])
})

test('the check looks at files and imports', () => {
  expect(seen.files).toBeGreaterThan(plants.length)
  expect(seen.edges).toBeGreaterThan(0)
})
