import { type Fact, type FreezeRequest, factKindOf } from '@holdfast/payment-stop/language'
import type { Attempt } from '../../checker/observations.ts'
import type { Chance } from '../../simulation/src/chance/chance.ts'
import { beneficiary, requester } from './countries.ts'
import type { Plan } from './plans.ts'
import { sendUntilTaken, type World } from './world.ts'

const judges = [`${beneficiary}/authority/first`, `${beneficiary}/authority/second`] as const
const officersThere = [`${beneficiary}/officer/first`, `${beneficiary}/officer/second`] as const
const officersHere = [`${requester}/officer/first`, `${requester}/officer/second`] as const

const order = { authority: 'District Court of Dili', reference: 'C-7', date: '2024-07-23' }
/** Identical commands of a proposer and an approver at the same time. */
const dualApprovals = {
  confirm: [judges, 'ConfirmFreeze', { instrument: 'COURT_ORDER', ...order }],
  release: [judges, 'Release', { reason: 'CHALLENGE_UPHELD' }],
  closeUnrecovered: [judges, 'CloseUnrecovered', { reason: 'FORFEITED', authority: order.authority, reference: order.reference }],
  withdraw: [officersHere, 'Withdraw', { reason: 'Victim and creditor have settled' }],
} as const

const asking: ReadonlySet<string> = new Set([
  'InformationRequested',
  'ReviewRequested',
  'MovedOnwardReported',
  'FreezeReported',
  'HoldExpired',
])

/**
 * Officers and authorities at the desks: they follow the plan of a request and react to facts, racing at dual approval.
 */
export function startPersons(world: World, planOf: (requestId: string) => Promise<Plan | undefined>): void {
  const done = new Set<string>()
  const reviewed = new Set<string>()
  let number = 0

  const documents = new Map<string, FreezeRequest>()
  world.onFact(fact => {
    if (factKindOf(fact) === 'RequestOpened') documents.set(fact.subject, (fact.data as { request: FreezeRequest }).request)
    const once = `${fact.subject} ${factKindOf(fact)} ${fact.sequence}`
    if (done.has(once) || !asking.has(factKindOf(fact))) return
    done.add(once)
    world.follow(planOf(fact.subject).then(plan => act(fact, plan)))
  })

  async function act(fact: Fact, plan: Plan | undefined): Promise<void> {
    const { subject, phase } = fact
    const kind = factKindOf(fact)
    const chance = plan?.chance ?? world.chance.branch(subject)
    const [officer] = officersHere
    if (kind === 'InformationRequested' && phase === 'received')
      return give(officer, subject, 'ProvideInformation', { request: plan?.corrected ?? reportedBefore(documents.get(subject)) }, chance)
    // A hold set by a slow clock can have ended by the right clock: its remaining money cannot be returned.
    if (kind === 'HoldExpired' && phase === 'frozen')
      return both(judges, subject, dualApprovals.closeUnrecovered[1], dualApprovals.closeUnrecovered[2], chance)
    // The deadline has passed, also where a slow clock has set it.
    const isUnanswered = kind === 'DeadlineReached' && fact.data.resultingState?.states?.includes('received.awaitingReview')
    if (kind === 'ReviewRequested' || isUnanswered) {
      if (reviewed.has(subject)) return
      reviewed.add(subject)
      await both(officersThere, subject, 'ProposeVerification', {}, chance)
      return both(officersThere, subject, 'ApproveVerification', {}, chance)
    }
    // The rest is drawn; for a child nothing is.
    if (!plan) return
    if (kind === 'MovedOnwardReported') return give(officer, subject, 'FollowOnward', { report: fact.sequence }, chance)
    if (kind !== 'FreezeReported' || plan.story === 'none' || plan.story === 'onward') return
    // A first part is less than the frozen amount.
    const [persons, command, data] = dualApprovals[plan.story]
    return both(persons, subject, command, data, chance)
  }

  async function both(
    persons: readonly [string, string],
    requestId: string,
    command: string,
    data: unknown,
    chance: Chance,
  ): Promise<void> {
    await Promise.all(persons.map(by => give(by, requestId, command, data, chance)))
  }

  async function give(by: string, requestId: string, command: string, data: unknown, chance: Chance): Promise<void> {
    const key = `act-${++number}`
    const attempts: Attempt[] = []
    world.recorder.commands.push({ by, key, requestId, command, data, attempts })
    const ended = world.progress.command()
    const sending = {
      by,
      endpoint: 'desk',
      path: `/v1/requests/${requestId}/commands`,
      key,
      body: { command, data },
      attempts,
      chance,
    } as const
    // A pending command is requested again under the same key.
    await sendUntilTaken(world, sending, ({ status }) => status === 200)
    ended()
  }
}

/** V08: a child opened by a fast clock has its report in the future. */
const reportedBefore = (document: FreezeRequest | undefined) =>
  document && { ...document, reportedAt: new Date(Date.now() - 60_000).toISOString() }
