import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerBodySchema } from '@holdfast/schemas'
import { expect, test } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../docs/institutions.md'), 'utf8')
const samples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, json]) => JSON.parse(json ?? '') as { readonly kind?: string })
const order = {
  orderId: '3c9f1a52-7d0e-4b7e-9a45-0d5c8c1f6b11',
  requestId: '445a0189-a8e9-509e-8929-646bc5413012',
  institution: { bic: 'KMNSTLDL' },
}

test('the engine accepts each sample answer of the page for institutions', () => {
  expect(samples.map(({ kind }) => kind)).toContain('corrected')
  for (const sample of samples) expect(answerBodySchema.safeParse({ ...order, ...sample }).error).toBeUndefined()
})
