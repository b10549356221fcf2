import { createMemoryStores } from '@holdfast/stores/memory'
import { createEngineSecret, fingerprintOf } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { markedFingerprints } from './marked-fingerprints.ts'

const secret = createEngineSecret(Buffer.alloc(32, 7))
const options = { leaseMs: 1_000 }

const nowMs = Date.parse('2024-07-23T02:25:00.000Z')

const use = (body: object) => ({
  key: 'SG/officer/key',
  fingerprint: fingerprintOf('SG', 'POST /v1/requests/commands', body),
  token: { id: 'a token', keptMs: 60_000 },
})
const first = use({ reason: 'The victim was paid back' })
const other = use({ reason: 'Another reason' })

test('nothing is kept by which somebody could try words', async () => {
  const stores = createMemoryStores({ nowMs: () => nowMs })
  const store = markedFingerprints(stores.idempotency(), secret)
  await store.claim([first], options)
  await store.complete([{ ...first, response: 'done' }])
  const kept = JSON.stringify(Object.values(stores.copy()).map(part => (part instanceof Map ? [...part] : [])))
  expect(kept).toContain('SG/officer/key')
  expect(kept).not.toContain(first.fingerprint)
})

test('what was kept before words were sealed is still known: the same is answered again, and other words are refused', async () => {
  const stores = createMemoryStores({ nowMs: () => nowMs })
  const before = stores.idempotency()
  await before.claim([first], options)
  await before.complete([{ ...first, response: 'done' }])
  const store = markedFingerprints(before, secret)
  expect(await store.claim([first], options)).toEqual([{ outcome: 'replay', response: 'done' }])
  expect(await store.claim([{ ...other, token: undefined }], options)).toEqual([{ outcome: 'mismatch' }])
  expect(await store.claim([other], options)).toEqual([{ outcome: 'tokenReused' }])
  const fresh = { ...other, key: 'SG/officer/another', token: undefined }
  expect(await store.claim([{ ...other, token: undefined }, fresh, first], options)).toEqual([
    { outcome: 'mismatch' },
    { outcome: 'acquired' },
    { outcome: 'replay', response: 'done' },
  ])
})
