import { type FoldedFact, readDocument, readFactAt, UnreadableDataError } from '@holdfast/folds'
import type { CountryTopics, DeadLetters, Logger } from '@holdfast/runtime'
import { isFact, ordersTopic, parseActor, topics } from '@holdfast/schemas'
import { attempt, attemptSync, type Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { agreedChildIn } from '../children/child-request.ts'
import { frameOf } from '../orders/frames.ts'
import { type Instruction, instructionFor, orderIdOf, orderOf } from '../orders/order-of-fact.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { createAlreadySent } from './already-sent.ts'

type Step = FoldedFact<DispatchState>

interface OrderInDoubt {
  readonly orderId: string
  readonly requestId: string
  readonly instruction: Instruction
  readonly offset: number
  readonly documentOffset: number
  readonly country: string
  readonly atMs: number
}

/** Orders of which it is not known whether they went out, because dispatch has lost its record. */
export interface OrdersInDoubt {
  /** Takes what the ledger says, in its order. */
  take(accepted: readonly Step[]): Promise<void>
  /** Puts those before an operator that the ledger and the topics say nothing of. */
  name(): Promise<void>
  /** Facts by which a child was agreed to. Its command is safe to give again: the ledger knows it. */
  readonly agreed: readonly Step[]
}

interface Dependencies {
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly deadLetters: DeadLetters
  readonly signer: EngineSigner
  readonly log: Logger
}

/**
 * Of the last day of the ledger, by its own time: an order that is older has been chased by its deadlines and both desks have been alerted, and an institution that has answered
 * nothing in a day is asked by other ways.
 */
const windowMs = 86_400_000
/** How many are kept before those that are out of the window are looked for. */
const keptMax = 10_000
const namedInLog = 20

export function createOrdersInDoubt(deps: Dependencies, partition: number, unknownFrom: number): OrdersInDoubt {
  const { streams, countryTopics, deadLetters, log } = deps
  /** By request. */
  const inDoubt = new Map<string, OrderInDoubt[]>()
  let agreed: Step[] = []
  let newestMs = 0
  let roomMax = keptMax

  function takeOne(step: Step): void {
    const { fact, offset, state } = step
    const atMs = Date.parse(fact.time)
    newestMs = Math.max(newestMs, atMs)
    // An institution that says anything about a request has its orders until then, and of one that could not be delivered the desks have heard.
    if (isByInstitution(fact.actor)) inDoubt.delete(fact.subject)
    const { subject: requestId } = fact
    const known = inDoubt.get(requestId) ?? []
    if (isFact(fact, 'OrderUndelivered'))
      inDoubt.set(
        requestId,
        known.filter(({ orderId }) => orderId !== fact.data.orderId),
      )
    if (offset < unknownFrom) return
    const made = attemptSync(() => instructionFor(step))
    if (made.ok && made.value) {
      const about = { orderId: orderIdOf(fact), requestId, offset, documentOffset: state.documentOffset, atMs }
      inDoubt.set(requestId, [...known, { ...about, country: state.standing.beneficiaryCountry, instruction: made.value }])
    }
    if (agreedChildIn(fact)) agreed.push(step)
  }

  function forgetOld(): void {
    const isOld = (atMs: number) => atMs < newestMs - windowMs
    for (const [requestId, all] of inDoubt) {
      const left = all.filter(({ atMs }) => !isOld(atMs))
      if (left.length > 0) inDoubt.set(requestId, left)
      else inDoubt.delete(requestId)
    }
    agreed = agreed.filter(({ fact }) => !isOld(Date.parse(fact.time)))
  }

  async function letterOf({ orderId, requestId, instruction, offset, documentOffset }: OrderInDoubt): Promise<void> {
    const fact = await readFactAt(streams, partition, offset, requestId)
    const frame = frameOf(requestId, await readDocument(streams, partition, documentOffset, requestId))
    const { topic, key, value } = orderOf(fact, frame, instruction, deps.signer)
    await deadLetters.keep(
      { topic: topic.name, partition, offset, key, value, headers: {}, timestampMs: 0 },
      `whether this order (${instruction.kind}, ${orderId}) went out is not known: dispatch has lost its record of what it sent, and nothing shows that the institution has it. It follows from the fact at ${topics.ledger.name} ${partition}/${offset}. Ask the institution, or send it again: who has it already knows it by its id`,
    )
  }

  return {
    get agreed() {
      return agreed
    },
    async take(accepted) {
      for (const step of accepted) takeOne(step)
      if (inDoubt.size + agreed.length > roomMax) {
        forgetOld()
        roomMax = 2 * (inDoubt.size + agreed.length) + keptMax
      }
    },
    async name() {
      forgetOld()
      // The ledger's time is not the stream's.
      const sent = createAlreadySent(streams, Math.max(0, newestMs - 2 * windowMs))
      const named: string[] = []
      const wordless: string[] = []
      for (const each of [...inDoubt.values()].flat()) {
        const topic = ordersTopic(each.country)
        await countryTopics.ensure(topic)
        if (await sent.has(topic, each.orderId)) continue
        const kept = await attempt(() => letterOf(each))
        if (kept.ok) named.push(each.requestId)
        else if (kept.fault instanceof UnreadableDataError) wordless.push(each.orderId)
        else throw kept.fault
      }
      if (wordless.length > 0)
        log.error(
          { partition, orders: wordless.length, ids: wordless.slice(0, namedInLog) },
          'whether these orders went out is not known either, and they are not among the dead letters: the words of what they are about can not be read',
        )
      log.error(
        { partition, orders: named.length, requests: [...new Set(named)].slice(0, namedInLog) },
        named.length === 0
          ? 'dispatch has lost its record of what it sent: nothing that lay in the ledger goes out again, and no order is in doubt'
          : 'dispatch has lost its record of what it sent: nothing that lay in the ledger goes out again, and orders of which nobody knows whether they went out lie among the dead letters: look at them with "holdfast dead-letters", and send again what has to be',
      )
    },
  }
}

function isByInstitution(actor: string): boolean {
  const parsed = parseActor(actor)
  return parsed.ok && parsed.value.role === 'institution'
}
