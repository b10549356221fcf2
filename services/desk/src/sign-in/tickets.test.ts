import { createEngineSecret } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { createTickets } from './tickets.ts'

const secret = createEngineSecret(Buffer.alloc(32, 1))
const begunMs = Date.parse('2026-03-02T08:00:00Z')
let nowMs = begunMs
const clock = { now: () => new Date(nowMs) }
const tickets = createTickets({ secret, clock })
const begun = { state: 's', nonce: 'n', verifier: 'v', again: true, beganMs: begunMs, wayBack: '/requests?phase=frozen' }
const cookieOf = (text: string) => text.slice(0, text.indexOf(';'))

test('a started sign-in is recognised for ten minutes, at any desk of the engine', async () => {
  const setCookie = await tickets.keep(begun)
  expect(setCookie).toMatch(/^__Host-holdfast-sign-in=[\w.-]+; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/)
  expect(await createTickets({ secret, clock }).find(`a=1; ${cookieOf(setCookie)}`)).toEqual(begun)
  nowMs = begunMs + 599_000
  expect(await tickets.find(cookieOf(setCookie))).toEqual(begun)
  nowMs = begunMs + 600_000
  expect(await tickets.find(cookieOf(setCookie))).toBeUndefined()
  nowMs = begunMs
})

test('a ticket of another engine, a forged one and a missing one are not accepted', async () => {
  const elsewhere = createTickets({ secret: createEngineSecret(Buffer.alloc(32, 2)), clock })
  expect(await tickets.find(cookieOf(await elsewhere.keep(begun)))).toBeUndefined()
  expect(await tickets.find('__Host-holdfast-sign-in=x')).toBeUndefined()
  expect(await tickets.find(undefined)).toBeUndefined()
  expect(await tickets.find(cookieOf(tickets.dropped))).toBeUndefined()
})
