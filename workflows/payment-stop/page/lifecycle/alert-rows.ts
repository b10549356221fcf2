import type { RefusedCommand } from '@holdfast/schemas'
import { childlessReasonSchema, deadlineKindSchema, type Fact, type FactKind, factType } from '../../src/language/index.ts'
import { type Alert, alertOf, alertOfErasureWhileParked, alertOfRefusal, alertOfWaitingErasure } from '../../src/lifecycle/alert.ts'

/** Every alert code with its audience and sentence, sorted by code. */
export function alertRows(): ReadonlyArray<readonly [code: string, who: string, message: string]> {
  return everyAlert().flatMap(({ requester, beneficiary }) => {
    const both = requester?.code === beneficiary?.code
    return [
      ...(requester ? [[requester.code, both ? 'both' : 'requester', requester.message] as const] : []),
      ...(beneficiary && !both ? [[beneficiary.code, 'beneficiary', beneficiary.message] as const] : []),
    ]
  })
}

const everyAlert = (): readonly Alert[] => [
  ...deadlineKindSchema.options.map(kind => alertOf(fact('DeadlineReached', { kind }))),
  ...childlessReasonSchema.options.map(childless => alertOf(fact('MovedOnwardReported', { childless }))),
  ...[false, true].map(last => alertOfRefusal({ data: { late: true, last } } as unknown as RefusedCommand)),
  alertOf(fact('OrderUndelivered', {})),
  alertOfErasureWhileParked,
  alertOfWaitingErasure,
  alertOf(fact('MovedOnwardReported', { amount: { currency: 'USD', value: '600.00' }, country: 'MY', proposed: {} })),
  alertOf(fact('ActionProposed', { command: 'Release' })),
  alertOf(fact('ChallengeLodged', {})),
  ...(['FOR_HOLDER', 'AGAINST_HOLDER'] as const).map(decision => alertOf(fact('ChallengeDecided', { decision }))),
]

const fact = (kind: FactKind, data: object) =>
  ({ type: factType(kind), requestingcountry: 'SG', actor: 'TL/authority/a.judge', data }) as unknown as Fact
