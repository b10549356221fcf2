import { type Instruction, type Orders, undeliveredOrderIn, type Workflow } from '@holdfast/core'
import { type AppliedFact, readDocument, readFactAt, UnreadableDataError } from '@holdfast/request-state'
import type { CountryTopics, DeadLetters, Logger } from '@holdfast/runtime'
import { ordersTopic, parseActor } from '@holdfast/schemas'
import { attempt, attemptSync, type Streams } from '@holdfast/streams'
import type { EngineSigner } from '@holdfast/trust'
import { orderIdOf, orderOf } from '../orders/order-of-fact.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { createAlreadySent } from './already-sent.ts'

type Step = AppliedFact<DispatchState>

interface OrderInDoubt {
  readonly orderId: string
  readonly requestId: string
  readonly instruction: Instruction
  readonly offset: number
  readonly documentOffset: number
  readonly country: string
  readonly frameOf: Orders['frameOf']
  readonly atMs: number
}

/** Orders of which it is unknown whether they were sent, because dispatch has lost its record. */
export interface OrdersInDoubt {
  /** Adds facts in ledger order. */
  take(accepted: readonly Step[]): Promise<void>
  /** Writes a dead letter for each order that neither the ledger nor the topics prove as sent. */
  name(): Promise<void>
  /** Facts that approve a child. Their commands are safe to repeat, because the ledger drops repeats. */
  readonly agreed: readonly Step[]
}

interface Dependencies {
  readonly workflow: Workflow
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly deadLetters: DeadLetters
  readonly signer: EngineSigner
  readonly log: Logger
}

/**
 * Only orders of the ledger's last day count, in its own time. For older ones, deadlines have led to chases and alerts
 * to both desks; the desks contact an institution that has not answered in a day.
 */
const windowMs = 86_400_000
/** How many orders are kept before old ones are removed. */
const keptMax = 10_000
const namedInLog = 20

export function createOrdersInDoubt(deps: Dependencies, partition: number, unknownFrom: number): OrdersInDoubt {
  const { workflow, streams, countryTopics, deadLetters, log } = deps
  const { orders, onward } = workflow.dispatching
  /** By request. */
  const inDoubt = new Map<string, OrderInDoubt[]>()
  let agreed: Step[] = []
  let newestMs = 0
  let sizeMax = keptMax

  function addStep(step: Step): void {
    const { fact, offset, state } = step
    const atMs = Date.parse(fact.time)
    newestMs = Math.max(newestMs, atMs)
    // An answer of an institution proves that it has its orders until then. The desks have been alerted to undelivered
    // ones.
    if (isByInstitution(fact.actor)) inDoubt.delete(fact.subject)
    const { subject: requestId } = fact
    const known = inDoubt.get(requestId) ?? []
    const undelivered = undeliveredOrderIn(fact)
    if (undelivered !== undefined)
      inDoubt.set(
        requestId,
        known.filter(({ orderId }) => orderId !== undelivered),
      )
    if (offset < unknownFrom) return
    const made = attemptSync(() => orders?.instructionFor(step))
    if (orders && state.country !== undefined && made.ok && made.value) {
      const about = { orderId: orderIdOf(fact), requestId, offset, documentOffset: state.documentOffset, atMs }
      inDoubt.set(requestId, [...known, { ...about, country: state.country, frameOf: orders.frameOf, instruction: made.value }])
    }
    if (onward?.isOpenedBy(fact)) agreed.push(step)
  }

  function removeOld(): void {
    const isOld = (atMs: number) => atMs < newestMs - windowMs
    for (const [requestId, all] of inDoubt) {
      const left = all.filter(({ atMs }) => !isOld(atMs))
      if (left.length > 0) inDoubt.set(requestId, left)
      else inDoubt.delete(requestId)
    }
    agreed = agreed.filter(({ fact }) => !isOld(Date.parse(fact.time)))
  }

  async function writeDeadLetter({ orderId, requestId, instruction, offset, documentOffset, frameOf }: OrderInDoubt): Promise<void> {
    const fact = await readFactAt(streams, workflow, partition, offset, requestId)
    const frame = frameOf(requestId, await readDocument(streams, workflow, partition, documentOffset, requestId))
    const { topic, key, value } = orderOf(deps.signer, workflow, fact, frame, instruction)
    await deadLetters.keep(
      { topic: topic.name, partition, offset, key, value, headers: {}, timestampMs: 0 },
      `It is unknown whether this order (${instruction.kind}, ${orderId}) was sent: dispatch has lost its record, and no answer proves that the institution has it. Its fact is at ${workflow.topics.ledger.name} ${partition}/${offset}. Ask the institution or send the order again: the institution recognises a repeat by its id`,
    )
  }

  return {
    get agreed() {
      return agreed
    },
    async take(accepted) {
      for (const step of accepted) addStep(step)
      if (inDoubt.size + agreed.length > sizeMax) {
        removeOld()
        sizeMax = 2 * (inDoubt.size + agreed.length) + keptMax
      }
    },
    async name() {
      removeOld()
      // The ledger's time may differ from the topic's.
      const sent = createAlreadySent(streams, Math.max(0, newestMs - 2 * windowMs))
      const named: string[] = []
      const unreadable: string[] = []
      for (const each of [...inDoubt.values()].flat()) {
        const topic = ordersTopic(each.country, workflow.topicPrefix)
        await countryTopics.ensure(topic)
        if (await sent.has(topic, each.orderId)) continue
        const written = await attempt(() => writeDeadLetter(each))
        if (written.ok) named.push(each.requestId)
        else if (written.fault instanceof UnreadableDataError) unreadable.push(each.orderId)
        else throw written.fault
      }
      if (unreadable.length > 0)
        log.error(
          { partition, orders: unreadable.length, ids: unreadable.slice(0, namedInLog) },
          'It is also unknown whether these orders were sent. They are not in the dead-letter topic, because their personal data is unreadable',
        )
      log.error(
        { partition, orders: named.length, requests: [...new Set(named)].slice(0, namedInLog) },
        named.length === 0
          ? 'Dispatch has lost its record of what it sent. It sends nothing again for facts already in the ledger, and no order is in doubt'
          : 'Dispatch has lost its record of what it sent. It sends nothing again for facts already in the ledger. Orders that may be unsent are in the dead-letter topic: list them with "holdfast dead-letters" and send again what is missing',
      )
    },
  }
}

function isByInstitution(actor: string): boolean {
  const parsed = parseActor(actor)
  return parsed.ok && parsed.value.role === 'institution'
}
