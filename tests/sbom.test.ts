import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Bill {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } }
  readonly components: readonly { readonly 'bom-ref': string; readonly name: string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

const docs = join(import.meta.dirname, '../docs')
const bill: Bill = JSON.parse(execFileSync(process.execPath, [join(docs, 'write-sbom.ts')], { encoding: 'utf8' }))
const isOurs = (ref: string): boolean => /^(@holdfast\/|holdfast@)/.test(ref)
const nameOf = (ref: string): string => ref.slice(0, ref.lastIndexOf('@'))

test('the direct dependencies of the SBOM are those that docs/contributing/dependencies.md lists for production, each with its reason', () => {
  const [, production = ''] = readFileSync(join(docs, 'contributing/dependencies.md'), 'utf8').split('\n## What runs in production')
  const rows = (production.split('\n## ')[0] ?? '').split('\n').filter(line => line.startsWith('| `'))
  const listed = rows.flatMap(row => [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
  const direct = bill.dependencies.filter(({ ref }) => isOurs(ref)).flatMap(({ dependsOn }) => dependsOn.filter(ref => !isOurs(ref)))
  expect([...new Set(direct.map(nameOf))].sort()).toEqual(listed.sort())
})

test('the SBOM has no duplicates, no dangling references, and a hash and licence for each package', () => {
  const refs = [bill.metadata.component, ...bill.components].map(component => component['bom-ref'])
  expect(new Set(refs).size).toBe(refs.length)
  expect(bill.dependencies.map(({ ref }) => ref).sort()).toEqual(refs.sort())
  for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref)
  for (const component of bill.components.filter(each => !isOurs(each['bom-ref'])))
    expect(component).toMatchObject({
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
      licenses: [expect.anything()],
    })
})

test('the SBOM leaves out packages that only tests use', () => {
  const names = bill.components.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['zod', 'jose', 'vite', 'ioredis']))
  for (const name of ['vitest', 'fast-check', 'testcontainers', 'bullmq', 'test-kit', 'bank']) expect(names).not.toContain(name)
})
