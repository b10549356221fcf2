import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@holdfast/client'
import type { CommandKind, Notification, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { notificationsTopic, topics } from '@holdfast/schemas'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientsOf, eventsIn, everythingIn, type Person, tokenOf } from '../src/engine.ts'
import { type StoryWorld, startStoryWorld } from '../src/story-world.ts'

const usd = (value: string) => ({ currency: 'USD', value })
let world: StoryWorld
beforeAll(async () => {
  world = await startStoryWorld()
}, 30_000)
afterAll(() => world.stop())

const desk = (person: Person): Client<PaymentStopTypes> => clientsOf(world.engine, person, world.now()).desk
const give = (person: Person, requestId: string, command: CommandKind, data: unknown, key: string) =>
  desk(person).act(requestId, command, data, { idempotencyKey: key })

/** The size of a request in a GET, in bytes. */
async function weightOf(requestId: string): Promise<number> {
  const response = await fetch(`${world.engine.deskUrl}/v1/requests/${requestId}`, {
    headers: { authorization: `Bearer ${await tokenOf(world.engine, ['TL', 'officer'], world.now())}` },
  })
  expect(response.status).toBe(200)
  return (await response.arrayBuffer()).byteLength
}

/** Sends an officer's command by HTTP without the client, which would retry after a 202. */
async function post(requestId: string, body: unknown, key: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${world.engine.deskUrl}/v1/requests/${requestId}/commands`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf(world.engine, ['TL', 'officer', 'p'], world.now())}`,
      'content-type': 'application/json',
      'idempotency-key': `${key}-${requestId.slice(0, 8)}`,
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}

/** Illegal commands of these officers. The member can write any number of officers into its tokens. */
async function flood(requestId: string, times: number, personOf: (nth: number) => string): Promise<string[]> {
  const codes: string[] = []
  for (let nth = 0; nth < times; nth++) {
    const given = await give(
      ['TL', 'officer', personOf(nth)],
      requestId,
      'ProposeVerification',
      { note: 'x'.repeat(500) },
      `k-${nth}-${requestId.slice(0, 8)}`,
    )
    codes.push(given.ok ? given.value.outcome : `${given.error.status} ${given.error.code}`)
  }
  return codes
}

describe('an officer who gives illegal commands only', () => {
  test.each([
    ['one person', () => 'p'],
    ['any number of officers named in tokens', (nth: number) => `p${nth}`],
  ])(
    'with %s: each command is answered at once, and the request is frozen and released as usual',
    async (_who, personOf) => {
      const { requestId, order } = await world.order()
      await world.reaches(requestId, 'verified')
      const before = (await everythingIn(world.engine.streams, topics.commands)).length
      const codes = await flood(requestId, 300, personOf)
      expect(new Set(codes)).toEqual(new Set(['409 WRONG_STATE']))
      // A command that can leave no record goes no further than the endpoint.
      expect((await everythingIn(world.engine.streams, topics.commands)).length - before).toBe(20)
      expect((await everythingIn(world.engine.streams, topics.deadLetters)).length).toBe(0)
      expect(await weightOf(requestId)).toBeLessThan(50_000)

      await world.answer(order, { kind: 'frozen', details: { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' } })
      await world.reaches(requestId, 'frozen.coverage.full')
      expect(await world.together(['TL', 'authority'], requestId, 'Release', { reason: 'WRONG_PARTY' })).toEqual(['proposed', 'applied'])
      const notifications = await eventsIn<Notification>(world.engine.streams, notificationsTopic('TL'))
      expect(
        notifications.filter(({ data }) => 'fact' in data && data.fact === 'CommandRefused' && data.requestId === requestId),
      ).toHaveLength(20)
    },
    60_000,
  )

  test('the requester can still withdraw', async () => {
    const { requestId, order } = await world.order()
    await flood(requestId, 1000, () => 'p')
    await world.answer(order, { kind: 'frozen', details: { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' } })
    await world.reaches(requestId, 'frozen.coverage.full')
    expect(await world.together(['SG', 'officer'], requestId, 'Withdraw', { reason: 'Paid back' })).toEqual(['proposed', 'applied'])
  }, 60_000)

  test('parallel commands: none stays pending, and no more refusals than the budget are recorded', async () => {
    const { requestId } = await world.order()
    await world.reaches(requestId, 'verified')
    // Each is legal when it is checked, so several go to the ledger, which refuses the second. The concurrency limit of
    // the member role answers the rest with 429 or 503. Where the ledger takes longer than a turn of the member role, the
    // next commands reach it too; those past the refusal budget get 202, and their first repeat is decided.
    const asked = async (nth: number) => {
      for (let repeated = false; ; ) {
        const answer = await post(requestId, { command: 'AskInformation', data: { question: `${nth}?` } }, `q-${nth}`)
        if (answer.status === 202 && !repeated) repeated = true
        else if (answer.status !== 429) return answer
        else await pause(200)
      }
    }
    const statuses = await Promise.all(Array.from({ length: 1050 }, (_, nth) => asked(nth)))
    const counts = new Map<number, number>()
    for (const { status } of statuses) counts.set(status, (counts.get(status) ?? 0) + 1)
    expect(Object.fromEntries(counts)).toEqual({ 200: 1, 409: 1049 })
    const shown = await desk(['SG', 'officer']).show(requestId)
    expect(shown.ok && shown.value.refusals).toHaveLength(20)
  }, 60_000)
})

describe('a command that the ledger would drop as a repeat', () => {
  const answers = async (requestId: string, key: string, times: number) => {
    const given = new Set<string>()
    for (let nth = 0; nth < times; nth++) {
      const { status, text } = await post(requestId, { command: 'ProposeVerification', data: {} }, key)
      given.add(`${status} ${text}`)
    }
    return given
  }

  test('is refused at once, and byte for byte the same when repeated, although it would be legal by then', async () => {
    const { requestId } = await world.order({ payment: { amount: usd('1000.00') } })
    await world.reaches(requestId, 'verified')
    await flood(requestId, 20, () => 'p')
    const first = await answers(requestId, 'again', 3)
    // 202 would mean that the endpoint had waited for the ledger in vain.
    expect([...first].map(answer => answer.slice(0, 3))).toEqual(['409'])
    await world.act(['SG', 'officer'], requestId, 'Withdraw', { reason: 'Paid back' })
    await world.act(['SG', 'officer'], requestId, 'Reopen', { reason: 'It was not' })
    await world.reaches(requestId, 'verified')
    expect(await answers(requestId, 'again', 2)).toEqual(first)
  })
})

test('a late answer is recorded and both countries are alerted, despite earlier refusals', async () => {
  const { requestId, order } = await world.order()
  for (let nth = 0; nth < 25; nth++)
    await world.answer(order, { kind: 'returned', details: { amount: usd('1.00'), reference: `R-${nth}` } })
  await world.act(['SG', 'officer'], requestId, 'Withdraw', { reason: 'Paid back' })
  await world.reaches(requestId, 'closed.withdrawn')
  await world.answer(order, { kind: 'frozen', details: { amount: usd('10.00'), basis: 'VOLUNTARY', reference: 'LATE-1' } })
  for (const country of ['SG', 'TL'])
    await world.notification(country, requestId, body => body.kind === 'alert' && body.fact === 'CommandRefused')
  // The desk's projection can be a moment behind dispatch.
  await expect
    .poll(async () => {
      const shown = await desk(['TL', 'officer']).show(requestId)
      return shown.ok && shown.value.refusals.at(-1)?.data
    })
    .toMatchObject({ late: true, data: { amount: usd('10.00'), reference: 'LATE-1' } })
})
