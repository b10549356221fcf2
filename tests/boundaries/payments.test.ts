import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPaymentImports, type PaymentImports, refusePaymentImports } from './payments.ts'

/** Imports of payments in a module of the core, in each form, and the name that the check must report. */
const plants = [
  ['packages/core/src/planted.ts', `import type { FreezeRequest } from '@holdfast/payment-stop/language'`, 'FreezeRequest'],
  [
    'packages/streams/src/planted.ts',
    `import { parseActor } from '@holdfast/schemas'\nimport {\n  type Money as Amount,\n} from '@holdfast/payment-stop/language'`,
    'Money',
  ],
  ['packages/trust/src/planted.ts', `export { evolve } from '@holdfast/payment-stop/lifecycle'`, 'evolve'],
  ['services/ledger/src/planted.ts', `import * as rules from '@holdfast/payment-stop/rules'`, '* of @holdfast/payment-stop/rules'],
  ['services/intake/src/planted.ts', `export * from '@holdfast/payment-stop/iso20022'`, '* of @holdfast/payment-stop/iso20022'],
  [
    'packages/runtime/src/planted.ts',
    `export const later = () => import('@holdfast/payment-stop/lifecycle')`,
    '* of @holdfast/payment-stop/lifecycle',
  ],
  ['schemas/src/planted.ts', `import { moneySchema } from '../../workflows/payment-stop/src/language/values/money.ts'`, 'moneySchema'],
  ['services/desk/src/parked/planted.ts', `import { anything } from '../payment-stops/planted-order.ts'`, 'anything'],
  [
    'packages/client/src/planted.ts',
    `import { openRequestBody } from '../../../workflows/payment-stop/src/language/commands/open-request.ts'`,
    'openRequestBody',
  ],
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

test('each name is refused with its file', () => {
  expect(refusePaymentImports({ 'a.ts': ['Money', 'evolve'], 'b.ts': ['Money'] })).toEqual([
    expect.stringContaining('a.ts: Money belongs to payment stops'),
    expect.stringContaining('a.ts: evolve belongs to payment stops'),
    expect.stringContaining('b.ts: Money belongs to payment stops'),
  ])
})

test('the core imports no name of payments', () => {
  expect(findPaymentImports(root)).toEqual({})
})
