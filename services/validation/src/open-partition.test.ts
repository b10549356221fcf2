import { IndexIncompleteError } from '@holdfast/stores'
import { buildRequestNumber, requestedAt } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createValidationWorld, type Owner, partitions, paymentIndexOf, type ValidationWorld } from '../test/world.ts'

const payments = [1, 2]
const countries = ['SG', 'FR']
const documentOf = (payment: number, country: string) => buildRequestNumber(payment, { requestingCountry: country, victim: { country } })

interface OpenedRequest {
  readonly id: string
  readonly country: string
  payment: number
}

type Move = { readonly kind: 'open' | 'withdraw' | 'reopen' | 'correct' | 'settle'; readonly one: number; readonly other: number }

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    // Withdrawn and reopened as often as opened, so that claims of payments change.
    kind: fc.constantFrom('open', 'open', 'withdraw', 'reopen', 'correct', 'settle'),
    one: fc.nat(3),
    other: fc.nat(3),
  }),
  { minLength: 5, maxLength: 25 },
)

async function ownAll(world: ValidationWorld): Promise<Owner[]> {
  const owners: Owner[] = []
  for (let partition = 0; partition < partitions; partition++) owners.push(await world.own(partition))
  return owners
}

/** Plays the moves; those that the ledger refuses have no effect. Returns the requests, all of them decided. */
async function play(world: ValidationWorld, owners: readonly Owner[], toPlay: readonly Move[]): Promise<OpenedRequest[]> {
  const requests: OpenedRequest[] = []
  const settle = async () => {
    for (const owner of owners) await owner.take()
    await world.decide()
  }
  for (const { kind, one, other } of toPlay) {
    const of = requests[(one * 4 + other) % Math.max(requests.length, 1)]
    const [payment = 1, country = 'SG'] = [payments[other % 2], countries[one % 2]]
    if (kind === 'settle') await settle()
    else if (kind === 'open') {
      const id = await world.open(other % partitions, `request ${requests.length}`, documentOf(payment, country))
      requests.push({ id, country, payment })
    } else if (of) {
      const who = [of.country, 'system'] as const
      const request = documentOf(payment, of.country)
      const command =
        kind === 'withdraw'
          ? world.give(who, of.id, 'Withdraw', { reason: 'no more' })
          : kind === 'reopen'
            ? world.give(who, of.id, 'Reopen', { reason: 'after all' })
            : world.give(who, of.id, 'Reopen', { reason: 'it was another', request })
      const changed = await command.then(
        () => kind === 'correct',
        () => false,
      )
      if (changed) of.payment = payment
    }
  }
  await settle()
  await settle()
  return requests
}

/** The request that stands for each payment of each country, as a new request would find it. */
async function standing(world: ValidationWorld): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const owned = await world.claims.own(0, partitions)
  for (const payment of payments)
    for (const country of countries) {
      const asking = { claimKey: paymentIndexOf(documentOf(payment, country)), requestId: 'none', country }
      const [answer] = await owned.claim({ from: 0, to: 0, changes: [{ kind: 'join', ...asking }] })
      await owned.claim({ from: 0, to: 0, changes: [{ kind: 'leave', ...asking }] })
      found[`${payment} ${country}`] = answer?.representative ?? ''
    }
  return found
}

test('a stale owner that could save its states, but not the index, does not block its successor', async () => {
  const world = await createValidationWorld({ at: requestedAt })
  try {
    const [late] = (await ownAll(world)) as [Owner]
    const first = await world.open(0, 'first', documentOf(1, 'SG'))
    await late.take()
    await world.decide()
    const next = await world.own(0)
    await expect(late.take()).rejects.toThrow(IndexIncompleteError)
    await next.take().catch(() => undefined)
    // As a stage does with a failed worker.
    const again = await world.own(0)
    await again.take()
    const second = await world.open(0, 'second', documentOf(2, 'SG'))
    await again.take()
    await world.decide()
    for (const id of [first, second]) expect(world.stateOf(id)).toMatch(/^verified/)
    expect(await standing(world)).toMatchObject({ '1 SG': first, '2 SG': second })
  } finally {
    await world.close()
  }
})

test('each open request stands for its payment, and does so again after a loss of the store', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async toPlay => {
      const world = await createValidationWorld({ at: requestedAt })
      try {
        const owners = await ownAll(world)
        const requests = await play(world, owners, toPlay)
        const open = requests.filter(({ id }) => !world.stateOf(id).startsWith('closed'))
        const expected = Object.fromEntries(payments.flatMap(payment => countries.map(country => [`${payment} ${country}`, 'none'])))
        for (const { id, country, payment } of open) {
          // Exactly one.
          expect(expected[`${payment} ${country}`]).toBe('none')
          expected[`${payment} ${country}`] = id
        }
        for (const owner of owners) await owner.close()
        expect(await standing(world)).toEqual(expected)
        await world.claims.clear()
        await ownAll(world)
        expect(await standing(world)).toEqual(expected)
      } finally {
        await world.close()
      }
    }),
    { seed: 20240723, numRuns: 12 },
  )
}, 60_000)
