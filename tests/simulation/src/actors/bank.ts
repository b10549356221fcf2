import { fromMinor, type Money, type Order, toMinor } from '@holdfast/payment-stop/language'
import type { Streams } from '@holdfast/streams'
import { type PlannedAnswer, returnsEverything, startInstitution } from '@holdfast/test-kit/institution'
import type { Chance } from '../chance/chance.ts'
import { pause } from './endpoint.ts'

/** How a bank answers an order. */
export type Manner =
  /** Answers everything at once. */
  | 'prompt'
  /** Delays each answer. */
  | 'slow'
  /** Sends impossible answers before true ones: too much frozen, too long a hold, a return without a hold, denials. */
  | 'contradictory'
  /**
   * Freezes a part on a wrong account and corrects it; finds a part of the money, then the rest, and returns it in two
   * parts.
   */
  | 'partial'
  /** The money is gone. */
  | 'empty'
  /** Freezes the money and does no more. */
  | 'holding'
  /** Never answers. */
  | 'silent'

export interface BankOptions {
  /** Its connection to the engine. */
  readonly streams: Streams
  readonly country: string
  readonly chance: Chance
  readonly manners: Readonly<Record<Manner, number>>
  /** The length of a hold that can be too long. */
  readonly longHoldMs: number
  readonly beforeAnswer: () => void
  /** No actor sends any more. */
  readonly isOver: () => boolean
}

export interface Bank {
  /** Its connection to the log. */
  readonly streams: Streams
  /** Orders that it has received. */
  readonly orders: readonly Order[]
}

/** The banks of a country, which answer by the public interface. The manner is drawn for each order. */
export function startBank({ streams, country, chance, manners, longHoldMs, beforeAnswer, isOver }: BankOptions): Bank {
  const known = new Set<string>()
  const orders: Order[] = []
  const bank = startInstitution({
    streams,
    country,
    token: async person => `${country}/institution/${person}`,
    now: () => new Date(),
    plan: () => [],
    onOrder(order) {
      if (known.has(order.id)) return
      known.add(order.id)
      orders.push(order)
      void answer(order)
    },
  })

  async function answer(order: Order): Promise<void> {
    const institution = await bank
    const manner = drawn(chance.next(), manners)
    for (const each of answersTo(order, manner, new Date(Date.now() + longHoldMs))) {
      if (manner !== 'prompt') await pause(chance.between(200, manner === 'contradictory' ? 1_000 : 8_000))
      if (isOver()) return
      beforeAnswer()
      await institution.answer(order, each)
    }
  }
  return { streams, orders }
}

function drawn(left: number, manners: Readonly<Record<Manner, number>>): Manner {
  for (const [manner, share] of Object.entries(manners) as [Manner, number][]) {
    if (left < share) return manner
    left -= share
  }
  return 'prompt'
}

function answersTo(order: Order, manner: Manner, late: Date): readonly PlannedAnswer[] {
  const right = returnsEverything(order)
  const [acknowledged, held] = right
  if (!acknowledged || !held || manner === 'prompt' || manner === 'slow') return right
  if (manner === 'silent') return []
  if (manner === 'empty') return [acknowledged, { kind: 'noFunds', details: { reason: 'AM04' } }]
  if (manner === 'holding') return [acknowledged, held]
  return manner === 'partial' ? inParts(order, right) : contradicted(order, right, late)
}

const plus = ({ currency, value }: Money, minor: bigint): Money => fromMinor(currency, (toMinor({ currency, value }) ?? 0n) + minor)

function inParts({ data: { amount } }: Order, [acknowledged, , ...returning]: readonly PlannedAnswer[]): readonly PlannedAnswer[] {
  const half = fromMinor(amount.currency, (toMinor(amount) ?? 0n) / 2n)
  const rest = plus(amount, -(toMinor(half) ?? 0n))
  const held = (part: Money, reference: string): PlannedAnswer => ({
    kind: 'frozen',
    details: { amount: part, basis: 'FIU_SUSPENSION', reference },
  })
  const returned = (part: Money, reference: string): PlannedAnswer => ({ kind: 'returned', details: { amount: part, reference } })
  return [
    ...(acknowledged ? [acknowledged] : []),
    held(half, 'HOLD-WRONG'),
    { kind: 'corrected', details: { corrects: 'frozen', reason: 'The hold was put on another account' } },
    held(half, 'HOLD-HALF'),
    held(rest, 'HOLD-REST'),
    ...returning.filter(({ kind }) => kind === 'returnInitiated'),
    returned(rest, 'PACS004-REST'),
    returned(half, 'PACS004-HALF'),
  ]
}

/** The engine refuses the impossible answers; the others count as if they were the only ones. */
function contradicted({ data: { amount } }: Order, right: readonly PlannedAnswer[], late: Date): readonly PlannedAnswer[] {
  const [acknowledged, held, ...returned] = right
  if (!acknowledged || !held) return right
  const early: PlannedAnswer = { kind: 'returned', details: { amount, reference: 'PACS004-EARLY' } }
  const tooMuch: PlannedAnswer = { kind: 'frozen', details: { amount: plus(amount, 1n), basis: 'FIU_SUSPENSION', reference: 'HOLD-MORE' } }
  const tooLong: PlannedAnswer = {
    ...held,
    details: { ...held.details, expiresAt: late.toISOString(), reference: 'HOLD-LONG' },
  } as PlannedAnswer
  const denied: PlannedAnswer = { kind: 'notFound', details: { reason: 'AC03' } }
  return [early, tooMuch, acknowledged, acknowledged, tooLong, held, denied, ...returned, early]
}
