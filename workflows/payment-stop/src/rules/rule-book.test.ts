import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { refusals } from '@holdfast/schemas'
import { expect, test } from 'vitest'
import { rejectionCodeSchema } from '../language/index.ts'
import { ruleBook, rules } from './rules.ts'

const root = join(import.meta.dirname, '../../../..')
const isFile = (path: string) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ?? false
const numbers = Array.from({ length: 30 }, (_, index) => `V${String(index + 1).padStart(2, '0')}`)
const refusalCodes = Object.keys(refusals)
const elsewhere = ruleBook.flatMap(rule => ('enforcedBy' in rule ? [rule] : []))

test('the book has every rule from V01 to V30, in this order', () => {
  expect([...new Set(ruleBook.map(rule => rule.id))]).toEqual(numbers)
  expect(ruleBook.map(rule => rule.id)).toEqual(ruleBook.map(rule => rule.id).sort())
})

test('no two rules have the same title', () => {
  expect(new Set(ruleBook.map(rule => rule.title)).size).toBe(ruleBook.length)
})

test('each rule has a title and a source', () => {
  for (const { id, title, source } of ruleBook) expect([title.length > 10, source.length > 3], id).toEqual([true, true])
})

test('each number has one file, and each file a number', () => {
  const files = readdirSync(import.meta.dirname).filter(name => /^v\d\d-/.test(name))
  expect(files.map(name => name.slice(0, 3).toUpperCase()).sort()).toEqual(numbers)
})

test('a rule checks requests, or names the code that enforces it, the effect of a violation, and its tests', () => {
  expect(rules.length + elsewhere.length).toBe(ruleBook.length)
  for (const { id, effect, enforcedBy, provenBy, notEnforcedYet = 'nothing of it' } of elsewhere)
    expect([effect.length > 10, enforcedBy.length > 0, provenBy.length > 0, notEnforcedYet.length > 10], id).toEqual([
      true,
      true,
      true,
      true,
    ])
})

test('the codes that an effect names are codes of the engine', () => {
  const codes = elsewhere.flatMap(({ effect }) => effect.match(/\b[A-Z]{2,}(_[A-Z0-9]+)*\b/g) ?? [])
  expect(codes.length).toBeGreaterThan(10)
  for (const code of codes) expect([...refusalCodes, ...rejectionCodeSchema.options]).toContain(code)
})

test.each(elsewhere.flatMap(({ id, enforcedBy }) => enforcedBy.map(path => [id, path])))(
  '%s is enforced by an existing file: %s',
  (_, path) => {
    expect(isFile(path)).toBe(true)
  },
)

const proofs = new Set([
  ...rules.map(({ id }) => `${id} workflows/payment-stop/src/rules/rules.test.ts`),
  ...elsewhere.flatMap(({ id, provenBy }) => provenBy.map(path => `${id} ${path}`)),
])

for (const proof of proofs) {
  const [id = '', path = ''] = proof.split(' ')
  const isNamed = isFile(path) && readFileSync(join(root, path), 'utf8').includes(id)
  test(`${id} is named by its test: ${path}`, () => {
    expect(isNamed, `a test in ${path} that names ${id}`).toBe(true)
  })
}
