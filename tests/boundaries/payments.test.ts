import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareImports, findPaymentImports, listedImports, type PaymentImports } from './payments.ts'

/** Imports of payments in a module of the core, in each form, and the name that the check must report. */
const plants = [
  ['packages/core/src/planted.ts', `import type { FreezeRequest } from '@holdfast/schemas'`, 'FreezeRequest'],
  ['packages/streams/src/planted.ts', `import {\n  parseActor,\n  type Money as Amount,\n} from '@holdfast/schemas'`, 'Money'],
  ['packages/trust/src/planted.ts', `export { evolve } from '@holdfast/payment-stop/lifecycle'`, 'evolve'],
  ['services/ledger/src/planted.ts', `import * as rules from '@holdfast/payment-stop/rules'`, '* of @holdfast/payment-stop/rules'],
  ['services/intake/src/planted.ts', `export * from '@holdfast/payment-stop/iso20022'`, '* of @holdfast/payment-stop/iso20022'],
  [
    'packages/runtime/src/planted.ts',
    `export const later = () => import('@holdfast/payment-stop/lifecycle')`,
    '* of @holdfast/payment-stop/lifecycle',
  ],
  ['schemas/src/planted.ts', `import { moneySchema } from './money.ts'`, 'moneySchema'],
  ['services/desk/src/parked/planted.ts', `import { anything } from '../payment-stops/planted-order.ts'`, 'anything'],
  ['packages/client/src/planted.ts', `import { openRequestBody } from '../../../schemas/src/commands/open-request.ts'`, 'openRequestBody'],
] as const
/** Imports that are fine: of the core, by a root, in a test, and of payments by payments. */
const fine = [
  ['packages/core/src/fine.ts', `import { sha256Of } from '@holdfast/schemas'`],
  ['services/ledger/src/main.ts', `import { evolve } from '@holdfast/payment-stop/lifecycle'`],
  ['packages/core/src/fine.test.ts', `import { evolve } from '@holdfast/payment-stop/lifecycle'`],
  ['workflows/payment-stop/src/rules/fine.ts', `import { evolve } from '@holdfast/payment-stop/lifecycle'`],
] as const

const root = fileURLToPath(new URL('../..', import.meta.url))
const copy = mkdtempSync(join(tmpdir(), 'holdfast-payments-'))
let found: PaymentImports

beforeAll(() => {
  for (const folder of ['schemas', 'packages', 'services', 'workflows']) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: source => !/node_modules|\/dist/.test(source) })
  }
  for (const [file, text] of [
    ...plants,
    ...fine,
    ['services/desk/src/payment-stops/planted-order.ts', 'export const anything = 1'] as const,
  ]) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(join(copy, file), text)
  }
  found = findPaymentImports(copy)
}, 30_000)
afterAll(() => rmSync(copy, { recursive: true, force: true }))

test.each(plants)('a planted import in %s is found', (file, _text, name) => {
  expect(found[file]).toContain(name)
})

test.each(fine)('an import in %s is fine', file => {
  expect(found[file]).toBeUndefined()
})

test('names of the core are not reported next to those of payments', () => {
  expect(found['packages/streams/src/planted.ts']).toEqual(['Money'])
})

test('a name that the list does not have is refused, and so is one that it has in vain', () => {
  const listed = { 'a.ts': ['Money', 'evolve'], 'b.ts': ['Money'] }
  expect(compareImports(listed, listed)).toEqual([])
  expect(compareImports({ ...listed, 'c.ts': ['Money'] }, listed)).toEqual([
    expect.stringContaining('c.ts: Money belongs to payment stops'),
  ])
  expect(compareImports({ 'a.ts': ['Money'] }, listed)).toEqual([
    expect.stringContaining('a.ts: evolve is not imported any more'),
    expect.stringContaining('b.ts: Money is not imported any more'),
  ])
})

// Lower it with the list. A name that is added raises the count, even if the list is written again.
test('the list becomes shorter only', () => {
  expect(Object.values(listedImports()).flat().length).toBeLessThanOrEqual(42)
})
