import type { Fact, Order, Phase, Receipt } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import type { SentRequest } from './member.ts'

export interface Violation {
  readonly invariant: string
  readonly requestId?: string
  readonly message: string
}

interface Ending {
  /** Every request has come to its end. */
  readonly isDone: boolean
  /** The stores forgot something, or went back. */
  readonly isForgotten: boolean
}

interface History {
  sequence: number
  hash: string
  phase: Phase
  readonly kinds: string[]
}

const chainStart = '0'.repeat(64)

/** What has to be so after every step, by the records of the ledger as they lie there: who is next in a history counts, and everything else is noise. */
export function createHistories() {
  const violations: Violation[] = []
  const histories = new Map<string, History>()
  const read: number[] = []
  let facts = 0

  function takeFact(fact: Fact): void {
    const history = histories.get(fact.subject) ?? { sequence: 0, hash: chainStart, phase: 'received' as Phase, kinds: [] }
    if (fact.sequence !== history.sequence + 1 || fact.prevhash !== history.hash) return
    histories.set(fact.subject, history)
    history.sequence = fact.sequence
    history.hash = fact.hash
    history.phase = fact.phase
    history.kinds.push(fact.type.slice(fact.type.lastIndexOf('.') + 1))
    facts++
  }

  return {
    violations,
    facts: () => facts,
    phaseOf: (requestId: string): Phase | undefined => histories.get(requestId)?.phase,
    take(partitions: readonly (readonly StreamRecord[])[]): void {
      for (const [partition, records] of partitions.entries()) {
        for (let offset = read[partition] ?? 0; offset < records.length; offset++) {
          const value = JSON.parse((records[offset] as StreamRecord).value) as Fact
          if (value.type.startsWith('holdfast.fact.')) takeFact(value)
        }
        read[partition] = records.length
      }
    },
    /** At the end of a run: what was told to members, and what banks were told, against the ledger. */
    finish(sent: readonly SentRequest[], orders: readonly Order[], { isDone, isForgotten }: Ending): void {
      const wrong = (invariant: string, message: string, requestId?: string) =>
        violations.push({ invariant, message, ...(requestId === undefined ? {} : { requestId }) })
      for (const { key, requestId, sendings } of sent) {
        const receipts = sendings.filter(({ status }) => status === 202).map(({ body }) => body ?? '')
        const ids = new Set(receipts.map(body => (JSON.parse(body) as Receipt).requestId))
        if (ids.size > 1) wrong('one request', `${key} was taken as ${[...ids].join(' and ')}`, requestId)
        // Where a sending had no answer and its key was forgotten since, the instant in the receipt may be a later one (docs/guarantees.md).
        const isExcused = isForgotten && sendings.some(({ status }) => status !== 202)
        if (!isExcused && new Set(receipts).size > 1)
          wrong('one receipt', `${key} got different receipts: ${receipts.join(' ')}`, requestId)
        if (requestId !== undefined && !histories.has(requestId))
          wrong('nothing lost', `${key} got a receipt, and is not in the ledger`, requestId)
      }
      const known = new Set(sent.map(({ requestId }) => requestId))
      for (const requestId of histories.keys())
        if (isDone && !known.has(requestId)) wrong('nothing doubled', 'is in the ledger, and nobody sent it', requestId)
      const byRequest = Map.groupBy(
        orders.filter(({ data }) => data.kind === 'freeze'),
        ({ data }) => data.requestId,
      )
      for (const [requestId, frozen] of byRequest) {
        const ids = new Set(frozen.map(({ id }) => id))
        if (ids.size > 1) wrong('one order', `${ids.size} orders to freeze`, requestId)
      }
      if (!isDone) {
        const left = sent.filter(({ requestId }) => requestId === undefined || histories.get(requestId)?.phase !== 'recovered')
        for (const { key, requestId } of left)
          wrong(
            'everything is finished',
            `${key} is ${requestId === undefined ? 'not taken' : `at ${histories.get(requestId)?.kinds.join(' ')}`}`,
            requestId,
          )
      }
    },
  }
}
