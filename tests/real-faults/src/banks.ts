import { partsOf } from '@holdfast/bank-simulator/amount-parts'
import { fromMinor, type Money, toMinor } from '@holdfast/payment-stop/language'
import { deterministicId, topics } from '@holdfast/schemas'
import { buildAnswer, type PlannedAnswer } from '@holdfast/test-kit/institution'
import type { Attempt } from '../../checker/observations.ts'
import { onward } from './countries.ts'
import type { Manner, Story } from './plans.ts'
import type { BankOrder } from './site.ts'
import { pause, sendUntilTaken, type World } from './world.ts'

/** The plan of a bank for one order. */
export interface Instructions {
  readonly manner: Manner
  readonly story: Story
}

/** The banks of every country: each accepts an order once and answers in the manner drawn for its request. */
export function startBanks(world: World, instructionsFor: (requestId: string) => Promise<Instructions | undefined>): void {
  const known = new Set<string>()
  world.onOrder(order => {
    if (order.kind !== 'freeze' || !order.amount || known.has(order.orderId)) return
    known.add(order.orderId)
    world.follow(answer(order, order.amount))
  })

  async function answer(order: BankOrder, amount: Money): Promise<void> {
    // Nothing is drawn for a child.
    const { manner, story } = (await instructionsFor(order.requestId)) ?? { manner: 'prompt', story: 'none' }
    const chance = world.chance.branch(`bank ${order.requestId}`)
    // One transport for all answers to an order: of two, the later answer could arrive first.
    const isByKafka = world.site.publish !== undefined && chance.happens(0.25)
    let number = 0
    for (const each of answersOf(manner, story, amount, order.requestId)) {
      if (manner === 'slow') await pause(chance.between(200, 3_000))
      if (manner === 'contradictory') await pause(chance.between(0, 300))
      const id = deterministicId('an answer', order.orderId, number++)
      for (let times = manner === 'repeating' ? 2 : 1; times > 0; times--) await say(order, id, each, isByKafka, chance)
      world.progress.answered(order.requestId)
    }
  }

  const attemptsOf = new Map<string, Attempt[]>()
  async function say(order: BankOrder, id: string, answer: PlannedAnswer, isByKafka: boolean, chance: World['chance']): Promise<void> {
    const { orderId, requestId, country } = order
    const { kind, details, person = 'first' } = answer
    const by = `${country}/institution/${person}`
    const attempts = attemptsOf.get(id) ?? []
    if (!attemptsOf.has(id)) world.recorder.answers.push({ by, id, orderId, requestId, kind, details, attempts })
    attemptsOf.set(id, attempts)
    const event = buildAnswer(order, id, answer)
    if (isByKafka) return publish(JSON.stringify(event), requestId, by, attempts)
    const ended = world.progress.command()
    await sendUntilTaken(
      world,
      { by, endpoint: 'answers', path: '/v1/answers', body: event, attempts, chance },
      ({ status }) => status === 202,
    )
    ended()
  }

  async function publish(value: string, requestId: string, by: string, attempts: Attempt[]): Promise<void> {
    while (!world.signal.aborted) {
      const sentMs = Date.now()
      try {
        await world.site.publish?.(topics.answers.name, requestId, value, `Bearer ${await world.tokenOf(by)}`)
        attempts.push({ sentMs, endedMs: Date.now(), outcome: 'accepted' })
        return
      } catch {
        attempts.push({ sentMs, endedMs: Date.now(), outcome: 'unknown' })
        await pause(500)
      }
    }
  }
}

function answersOf(manner: Manner, story: Story, amount: Money, requestId: string): readonly PlannedAnswer[] {
  if (manner === 'brief') return [{ kind: 'noFunds', details: { reason: 'AM04' } }]
  const acknowledged: PlannedAnswer = { kind: 'acknowledged', details: { reference: 'ACK-1' } }
  if (story === 'onward') return [acknowledged, movedOnward(amount, requestId)]
  const [most, rest] = partsOf(amount, 60)
  const held = (part: Money): PlannedAnswer => ({ kind: 'frozen', details: { amount: part, basis: 'FIU_SUSPENSION', reference: 'HOLD-1' } })
  const corrected: PlannedAnswer = { kind: 'corrected', details: { corrects: 'frozen', reason: 'The hold was put on another account' } }
  // Officers close it: until then the money stays frozen.
  if (story !== 'none' && story !== 'confirm') return [acknowledged, held(amount)]
  const agreed: readonly PlannedAnswer[] = [
    { kind: 'returnInitiated', details: { basis: 'CONSENT' } },
    { kind: 'returnInitiated', details: { basis: 'CONSENT' }, person: 'second' },
  ]
  const returned = (part: Money): PlannedAnswer => ({ kind: 'returned', details: { amount: part, reference: 'PACS004-1' } })
  if (manner === 'partial')
    return [
      acknowledged,
      held(most),
      { kind: 'noFunds', details: { reason: 'AM04' } },
      ...agreed,
      returned(partsOf(most, 50)[0]),
      returned(partsOf(most, 50)[1]),
    ]
  if (manner === 'slow')
    return [
      acknowledged,
      { kind: 'interim', details: { reason: 'ARPL' } },
      held(most),
      corrected,
      held(most),
      held(rest),
      ...agreed,
      returned(amount),
    ]
  if (manner !== 'contradictory') return [acknowledged, held(amount), ...agreed, returned(amount)]
  const more = fromMinor(amount.currency, (toMinor(amount) ?? 0n) + 1n)
  // The engine refuses the impossible answers; the others count as if they were the only ones.
  return [
    returned(amount),
    held(more),
    acknowledged,
    acknowledged,
    held(amount),
    { kind: 'notFound', details: { reason: 'AC03' } },
    ...agreed,
    returned(amount),
    returned(amount),
  ]
}

/** All of it moved onward, to an account that the bank knows. */
const movedOnward = (amount: Money, requestId: string): PlannedAnswer => ({
  kind: 'movedOnward',
  details: {
    amount,
    country: onward,
    onward: {
      rail: 'SWIFT',
      // Version 4, as for a UETR.
      uetr: `${requestId.slice(0, 14)}4${requestId.slice(15)}`,
      executedAt: new Date(Date.now() - 3_600_000).toISOString(),
      endToEndId: `ON-${requestId.slice(0, 8)}`,
      creditor: { name: 'An account further on', account: { other: `ON${requestId.replaceAll('-', '').slice(0, 12).toUpperCase()}` } },
      creditorAgent: { bic: `SIMU${onward}2X` },
    },
  },
})
