import { createMemoryStores } from '@holdfast/test-kit/memory-stores'
import { createEngineSecret, fingerprintOf } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { pseudonymousIdempotency } from './pseudonymous-idempotency.ts'

const secret = createEngineSecret(Buffer.alloc(32, 7))
const options = { leaseMs: 1_000 }

const nowMs = Date.parse('2024-07-23T02:25:00.000Z')

const use = (body: object) => ({
  key: 'SG/officer/a.tan/key',
  fingerprint: fingerprintOf('SG', 'POST /v1/requests/commands', body),
  token: { id: 'a token', keptMs: 60_000 },
})
const first = use({ reason: 'The victim was paid back' })
const other = use({ reason: 'Another reason' })

test('the stored entries allow no guesses of plaintext, and do not name the caller of a key', async () => {
  const stores = createMemoryStores({ nowMs: () => nowMs })
  const store = pseudonymousIdempotency(stores.idempotency(), secret)
  await store.claim([first], options)
  await store.complete([{ ...first, response: 'done' }])
  const kept = JSON.stringify(Object.values(stores.copy()).map(part => (part instanceof Map ? [...part] : [])))
  expect(kept).toContain('a token')
  for (const word of [first.fingerprint, 'SG/officer', 'a.tan']) expect(kept).not.toContain(word)
})

test('an entry is found by every process, and other content under its key is refused', async () => {
  const stores = createMemoryStores({ nowMs: () => nowMs })
  await pseudonymousIdempotency(stores.idempotency(), secret).claim([first], options)
  await pseudonymousIdempotency(stores.idempotency(), secret).complete([{ ...first, response: 'done' }])
  const store = pseudonymousIdempotency(stores.idempotency(), secret)
  expect(await store.claim([first], options)).toEqual([{ outcome: 'replay', response: 'done' }])
  expect(await store.claim([{ ...other, token: undefined }], options)).toEqual([{ outcome: 'mismatch' }])
  expect(await store.claim([other], options)).toEqual([{ outcome: 'tokenReused' }])
  const fresh = { ...other, key: 'SG/officer/a.tan/another', token: undefined }
  expect(await store.claim([{ ...other, token: undefined }, fresh, first], options)).toEqual([
    { outcome: 'mismatch' },
    { outcome: 'acquired' },
    { outcome: 'replay', response: 'done' },
  ])
  await store.releaseLease(fresh.key, fresh.fingerprint)
  expect(await store.claim([fresh], options)).toEqual([{ outcome: 'acquired' }])
  await store.abandon(fresh.key, fresh.fingerprint)
  expect(await store.claim([{ ...first, key: fresh.key, token: undefined }], options)).toEqual([{ outcome: 'acquired' }])
})
