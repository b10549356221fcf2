import type { CommandBody, DualApprovalCommand, FactBody, Phase } from '@holdfast/payment-stop/language'
import { policy } from '../countries.ts'
import { accepts, after, type Body, type ModelState } from '../model-state.ts'
import {
  bank,
  beneficiary,
  type Cause,
  formatGiver,
  type Giver,
  isIn,
  judge,
  type Move,
  requester,
  requestersOfficer,
  type Step,
} from './move.ts'

interface DualApproval<K extends DualApprovalCommand> {
  readonly command: K
  readonly says: string
  readonly first: (standing: ModelState) => Giver
  readonly second: (standing: ModelState) => Giver
  readonly data: CommandBody<K>
  /** The fact without its proposer; undefined where it does not apply. */
  readonly body: (standing: ModelState) => Body | undefined
  /** The state in which it is proposed; by default frozen. */
  readonly phases?: readonly Phase[]
}

/** A move with dual approval: the first person proposes it, the second approves. */
function movesOf<K extends DualApprovalCommand>({
  command,
  says,
  first,
  second,
  data,
  body,
  phases = ['frozen'],
}: DualApproval<K>): readonly Move[] {
  const cause = (giver: Giver): Cause =>
    command === 'InitiateReturn'
      ? { by: 'an answer', giver, kind: 'returnInitiated', details: data }
      : { by: 'a person', giver, command, data }
  const agreed = (standing: ModelState): Step | undefined => {
    const act = body(standing)
    if (!act || !isIn(standing, ...phases)) return undefined
    // The engine compares the data, and the machine only the command.
    if (standing.state.context.proposals.some(proposal => proposal.command === command && proposal.digest !== says)) return undefined
    const proposedBy = formatGiver(first(standing))
    const giver = second(standing)
    return { cause: cause(giver), body: { ...act, data: { ...act.data, proposedBy } } as Body, actor: formatGiver(giver) }
  }
  const proposed = (standing: ModelState): Step => ({
    cause: cause(first(standing)),
    body: { type: 'ActionProposed', data: { command, proposalDigest: says, data } },
    actor: formatGiver(first(standing)),
  })
  return [
    {
      type: `one person ${says}`,
      step(standing, machine) {
        // One open proposal at a time, so that the model stays small.
        if (!isIn(standing, ...phases) || standing.state.context.proposals.length > 0) return undefined
        const proposal = proposed(standing)
        const then = after(machine, standing, proposal.body, proposal.actor)
        // What cannot be done is not proposed either.
        const act = agreed(then)
        return act && accepts(machine, then, act.body, act.actor) ? proposal : undefined
      },
    },
    { type: `another person ${says}`, step: agreed },
  ]
}

const otherJudge = beneficiary('authority', 'second')
const order = { authority: 'District Court of Dili', reference: 'C-7', date: '2024-07-23' }

/** Moves with dual approval: once money is frozen (V17), and for erasure (V30). */
export const dualApproval: readonly Move[] = [
  ...movesOf({
    command: 'ConfirmFreeze',
    says: 'confirms the freeze',
    first: judge,
    second: otherJudge,
    data: { instrument: 'COURT_ORDER', ...order },
    body: () => ({ type: 'FreezeConfirmed', data: { instrument: 'COURT_ORDER', ...order, proposedBy: '' } }),
  }),
  ...movesOf({
    command: 'ExtendFreeze',
    says: 'extends the freeze',
    first: judge,
    second: otherJudge,
    data: { basis: 'COURT', ...order },
    body(standing) {
      const extended = extendable(standing)
      return extended.length === 0 ? undefined : { type: 'FreezeExtended', data: { basis: 'COURT', ...order, extended, proposedBy: '' } }
    },
  }),
  ...movesOf({
    command: 'Release',
    says: 'lifts the freeze',
    first: judge,
    second: otherJudge,
    data: { reason: 'CHALLENGE_UPHELD' },
    body: () => ({ type: 'FreezeReleased', data: { reason: 'CHALLENGE_UPHELD', proposedBy: '' } }),
  }),
  ...(['FOR_HOLDER', 'AGAINST_HOLDER'] as const).flatMap(decision =>
    movesOf({
      command: 'DecideChallenge',
      says: decision === 'FOR_HOLDER' ? 'upholds the challenge' : 'dismisses the challenge',
      first: judge,
      second: otherJudge,
      data: { decision, reference: 'A-3' },
      body: () => ({
        type: 'ChallengeDecided',
        data: { decision, reference: 'A-3', ...(decision === 'FOR_HOLDER' ? { reason: 'CHALLENGE_UPHELD' } : {}), proposedBy: '' },
      }),
    }),
  ),
  ...movesOf({
    command: 'CloseUnrecovered',
    says: 'closes it unrecovered',
    first: judge,
    second: otherJudge,
    data: { reason: 'FORFEITED', authority: order.authority, reference: order.reference },
    body: () => ({
      type: 'ClosedUnrecovered',
      data: { reason: 'FORFEITED', authority: order.authority, reference: order.reference, proposedBy: '' },
    }),
  }),
  ...movesOf({
    command: 'InitiateReturn',
    says: 'sends the money back',
    first: bank,
    second: beneficiary('institution', 'second'),
    data: { basis: 'CONSENT' },
    body: () => ({ type: 'ReturnInitiated', data: { basis: 'CONSENT', proposedBy: '' } }),
  }),
  ...movesOf({
    command: 'Withdraw',
    says: 'withdraws it',
    first: requestersOfficer,
    second: requester('officer', 'second'),
    data: { reason: 'Victim and creditor have settled' },
    body: () => ({ type: 'RequestWithdrawn', data: { reason: 'Victim and creditor have settled' } }),
  }),
  ...movesOf({
    command: 'OrderErasure',
    says: 'orders the erasure',
    first: judge,
    second: otherJudge,
    data: order,
    body: () => ({ type: 'ErasureOrdered', data: { ...order, proposedBy: '' } }),
    phases: ['closed', 'recovered'],
  }),
]

/** Each hold that the country's law allows to extend, and until when. */
function extendable({ state: { context }, now }: ModelState): FactBody<'FreezeExtended'>['extended'] {
  return context.holds.flatMap(({ basis, from, expiresAt, extendedTimes }, hold) => {
    if (expiresAt === null || new Date(expiresAt) <= now) return []
    const ends = { basis, from: new Date(from), extendedTimes, expiresAt: new Date(expiresAt) }
    const latest = policy.latestExtension(context.beneficiaryCountry, ends, 'COURT')
    return latest.ok ? [{ hold, expiresAt: latest.value.toISOString() }] : []
  })
}
