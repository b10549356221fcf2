import { type FoldedFact, openPartitionFold } from '@holdfast/folds'
import type { Profiles } from '@holdfast/profiles'
import { type Assessment, assess } from '@holdfast/rules'
import { type Command, commandType, consequenceIdOf, type Fact, type FreezeRequest, formatActor, isFact, topics } from '@holdfast/schemas'
import type { Clock, Logger } from '@holdfast/service-kit'
import type { OpenPayments, SnapshotStore } from '@holdfast/stores'
import type { Assignment, PartitionWorker, Streams } from '@holdfast/streams'
import { type PaymentState, paymentFold } from './payment-fold.ts'

export interface ValidationDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly openPayments: OpenPayments
  readonly profiles: Profiles
  readonly clock: Clock
  readonly log: Logger
}

const validationActor = formatActor({ country: 'holdfast', role: 'validation', person: 'rules' })

/** Reads one ledger partition: assesses every document that is new, and keeps which open request stands for which payment (V12). */
export async function validatePartition(deps: ValidationDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { streams, openPayments, log } = deps
  const { partition, signal } = assignment
  const fold = await openPartitionFold({
    ...paymentFold,
    streams,
    store: deps.store,
    partition,
    until: committed,
    signal,
    // When the store forgot, the open payments are gone with it: the same facts claim and release them again.
    onCaughtUp: steps => keepPayments(steps),
    onRebuilt: (why, facts) => log.warn({ partition, facts }, `the open payments were folded again from the ledger: ${why}`),
    onUnreadable: (record, reason) => log.error({ partition, offset: record.offset, reason }, 'a record of the ledger can not be read'),
  })

  /** Claims the payment of each new document and lets go of those whose request ended; returns who stands for the payment of each document. */
  async function keepPayments(steps: ReadonlyArray<FoldedFact<PaymentState>>): Promise<Map<string, string>> {
    const standing = new Map<string, string>()
    const byPayment = new Map<string, (() => Promise<unknown>)[]>()
    const plan = (paymentKey: string, call: () => Promise<unknown>) =>
      byPayment.set(paymentKey, [...(byPayment.get(paymentKey) ?? []), call])
    for (const { fact, state, before } of steps) {
      const former = before?.paymentKey
      const current = state.paymentKey
      if (former && former !== current) plan(former, () => openPayments.release([{ paymentKey: former, requestId: fact.subject }]))
      if (documentOf(fact) && current) plan(current, async () => standing.set(fact.id, await openPayments.claim(current, fact.subject)))
    }
    // Payments side by side: one after the other, each of up to 500 in a batch would wait for a commit or a round trip of its own.
    const done = await Promise.allSettled(
      [...byPayment.values()].map(async calls => {
        for (const call of calls) await call()
      }),
    )
    const failed = done.find(outcome => outcome.status === 'rejected')
    if (failed) throw failed.reason
    return standing
  }

  return {
    async onBatch(records) {
      const batch = await fold.take(records)
      const standing = await keepPayments(batch.accepted)
      const commands = batch.accepted.flatMap(({ fact }) => {
        const request = documentOf(fact)
        if (!request) return []
        const holder = standing.get(fact.id)
        const assessment = assess(request, {
          // The time of the fact, not of the clock, so that assessing again finds the same.
          at: new Date(fact.time),
          profiles: deps.profiles,
          ...(holder && holder !== fact.subject ? { duplicateOf: holder } : {}),
        })
        log.debug({ requestId: fact.subject, factId: fact.id, verdict: assessment.verdict }, 'assessed')
        return [commandFor(fact, assessment, deps.clock.now(), holder)]
      })
      if (commands.length > 0)
        await streams.publish(
          topics.commands.name,
          commands.map(command => ({ key: command.subject, value: JSON.stringify(command) })),
        )
      await batch.save()
    },
    close: async () => undefined,
  }
}

const documentOf = (fact: Fact): FreezeRequest | undefined =>
  isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided') ? fact.data.request : undefined

function commandFor(fact: Fact, { verdict, findings, rejection }: Assessment, assessedAt: Date, standingRequestId = fact.subject): Command {
  const frame = {
    specversion: '1.0' as const,
    id: consequenceIdOf('command', fact.subject, fact.id),
    source: '/holdfast/validation',
    subject: fact.subject,
    time: assessedAt.toISOString(),
    datacontenttype: 'application/json' as const,
    causationid: fact.id,
    ...(fact.correlationid ? { correlationid: fact.correlationid } : {}),
    actor: validationActor,
    ...(fact.traceparent ? { traceparent: fact.traceparent } : {}),
  }
  switch (verdict) {
    case 'reject':
      return { ...frame, type: commandType('Reject'), data: { code: rejection?.code ?? 'OUT_OF_SCOPE', findings } }
    case 'duplicate':
      return { ...frame, type: commandType('MarkDuplicate'), data: { standingRequestId, findings } }
    case 'ask':
      return { ...frame, type: commandType('AskInformation'), data: { findings } }
    case 'review':
      return { ...frame, type: commandType('SendToReview'), data: { findings } }
    case 'pass':
      return { ...frame, type: commandType('PassAssessment'), data: { findings } }
  }
}
