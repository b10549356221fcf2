import { fromMinor, type Order, toMinor } from '@holdfast/schemas'
import { createMemoryStreams, type MemoryLog } from '@holdfast/streams/memory'
import { type PlannedAnswer, returnsEverything, startInstitution } from '@holdfast/test-kit/institution'
import type { Chance } from './chance.ts'

/** How a bank takes an order: all of them hold the money in the end, and send it back. */
const manners = {
  /** Answers all at once. */
  prompt: 0.45,
  /** Takes its time before each answer. */
  slow: 0.35,
  /** Says more than can be so before it says what is: holds more than there is, sends back what it does not hold, denies what it has said. */
  contradictory: 0.2,
} as const
type Manner = keyof typeof manners

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** The banks of a country, which answer by the public interface: each order by a manner that is drawn for it. Gives back its connection. */
export function startBank(log: MemoryLog, country: string, chance: Chance): ReturnType<typeof createMemoryStreams> {
  const streams = createMemoryStreams({ log, description: 'a bank' })
  const known = new Set<string>()
  const bank = startInstitution({
    streams,
    country,
    token: async person => `${country}/institution/${person}`,
    now: () => new Date(),
    plan: () => [],
    onOrder(order) {
      if (known.has(order.id)) return
      known.add(order.id)
      void answer(order)
    },
  })

  async function answer(order: Order): Promise<void> {
    const institution = await bank
    const manner = drawn(chance)
    for (const each of manner === 'contradictory' ? contradicted(order) : returnsEverything(order)) {
      if (manner !== 'prompt') await pause(chance.between(200, manner === 'slow' ? 8_000 : 1_000))
      await institution.answer(order, each)
    }
  }
  return streams
}

function drawn(chance: Chance): Manner {
  let left = chance.next()
  for (const [manner, share] of Object.entries(manners) as [Manner, number][]) {
    if (left < share) return manner
    left -= share
  }
  return 'prompt'
}

/** What can not be is refused, and the rest counts as if nothing else had been said. */
function contradicted(order: Order): readonly PlannedAnswer[] {
  const right = returnsEverything(order)
  const [acknowledged, held, ...returned] = right
  if (!acknowledged || !held) return right
  const { amount } = order.data
  const more = fromMinor(amount.currency, (toMinor(amount) ?? 0n) + 1n)
  const early: PlannedAnswer = { kind: 'returned', details: { amount, reference: 'PACS004-EARLY' } }
  const tooMuch: PlannedAnswer = { kind: 'frozen', details: { amount: more, basis: 'FIU_SUSPENSION', reference: 'HOLD-MORE' } }
  const denied: PlannedAnswer = { kind: 'notFound', details: { reason: 'AC03' } }
  return [early, tooMuch, acknowledged, acknowledged, held, denied, ...returned, early]
}
