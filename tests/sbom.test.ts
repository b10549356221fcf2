import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { billOfMaterials } from '../docs/bill-of-materials.ts'

const docs = join(import.meta.dirname, '../docs')
const text = readFileSync(join(docs, 'sbom.cdx.json'), 'utf8')
const bill = JSON.parse(text) as ReturnType<typeof billOfMaterials>

describe('the bill of materials', () => {
  test('has for direct dependencies what docs/dependencies.md says that runs in production, each with its reason', () => {
    const [, production = ''] = readFileSync(join(docs, 'dependencies.md'), 'utf8').split('\n## ')
    const rows = production.split('\n').filter(line => line.startsWith('| `'))
    const listed = rows.flatMap(row => [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    const direct = bill.dependencies.find(({ ref }) => ref === bill.metadata.component['bom-ref'])?.dependsOn ?? []
    expect(direct.map(ref => ref.slice(0, ref.lastIndexOf('@'))).sort()).toEqual(listed.sort())
  })

  test('names nothing twice, nothing that it lacks, and nothing without a hash and a licence', () => {
    const refs = [bill.metadata.component, ...bill.components].map(component => component['bom-ref'])
    expect(new Set(refs).size).toBe(refs.length)
    expect(bill.dependencies.map(({ ref }) => ref).sort()).toEqual([...refs].sort())
    for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref)
    for (const component of bill.components)
      expect(component).toMatchObject({ hashes: [{ content: expect.stringMatching(/^[0-9a-f]{128}$/) }], licenses: [expect.anything()] })
  })

  test('says nothing of when and where it was made, or where packages were fetched', () => {
    expect([...text.matchAll(/\w+:\/\/[^"]+/g)].map(([address]) => address)).toEqual(['http://cyclonedx.org/schema/bom-1.6.schema.json'])
    expect(text).not.toMatch(/serialNumber|timestamp|"\/|\d\d:\d\d/)
  })
})

describe('of a lockfile', () => {
  const integrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`
  const packages = {
    '': { name: 'engine', version: '1.0.0' },
    'rooms/a': { version: '1.0.0', dependencies: { b: '*', x: '1.0.0' } },
    'node_modules/b': { resolved: 'rooms/b', link: true },
    'rooms/b': { version: '1.0.0', dependencies: { x: '2.0.0' }, devDependencies: { test: '1.0.0' } },
    'rooms/b/node_modules/x': { version: '2.0.0', integrity, dependencies: { y: '^1.0.0' }, optionalDependencies: { gone: '1.0.0' } },
    'node_modules/x': { version: '1.0.0', integrity, license: 'MIT', peerDependencies: { y: '^1.0.0' } },
    'node_modules/y': { version: '1.0.0', integrity, license: 'MIT or ISC' },
    'node_modules/test': { version: '1.0.0', integrity },
  }
  const made = billOfMaterials({ packages }, ['rooms/a'])

  test('each package is the one that is found on the way up, and what only tests is left out', () => {
    expect(made.dependencies).toEqual([
      { ref: 'engine@1.0.0', dependsOn: ['x@1.0.0', 'x@2.0.0'] },
      { ref: 'x@1.0.0', dependsOn: ['y@1.0.0'] },
      { ref: 'x@2.0.0', dependsOn: ['y@1.0.0'] },
      { ref: 'y@1.0.0', dependsOn: [] },
    ])
    expect(made.components.at(-1)?.licenses).toEqual([{ expression: 'MIT OR ISC' }])
  })

  test('the order of its lines is no matter', () => {
    const turned = Object.fromEntries(
      Object.entries({ ...packages, 'rooms/a': { version: '1.0.0', dependencies: { x: '1.0.0', b: '*' } } }).reverse(),
    )
    expect(JSON.stringify(billOfMaterials({ packages: turned }, ['rooms/a']))).toBe(JSON.stringify(made))
  })

  test('what is needed and is not in it is an error', () => {
    const { 'node_modules/y': _gone, ...rest } = packages
    expect(() => billOfMaterials({ packages: rest }, ['rooms/a'])).toThrow('has no y, which')
  })
})
