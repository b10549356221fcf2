import { countryOf, type Fact, kindOf, roleOf } from '../ledger/records.ts'

const requester = 'requester/system requester/officer'
const bank = 'beneficiary/institution beneficiary/fiu'
const authority = 'beneficiary/authority'

/** The actors that may cause each fact (V18), as docs/reference/states.md lists them. */
const whoMay: Readonly<Record<string, string>> = {
  RequestOpened: `${requester} engine/dispatch`,
  RequestVerified: 'engine/validation beneficiary/officer',
  ReviewRequested: 'engine/validation',
  InformationRequested: `engine/validation beneficiary/officer ${bank}`,
  RequestRejected: 'engine/validation beneficiary/officer',
  DuplicateDetected: 'engine/validation',
  VerificationProposed: 'beneficiary/officer',
  InformationProvided: requester,
  OrderAcknowledged: 'beneficiary/institution',
  FreezeReported: bank,
  NoFundsReported: bank,
  NotFoundReported: bank,
  MovedOnwardReported: bank,
  OnwardFollowed: 'requester/officer',
  OnwardDeclined: 'requester/officer',
  InterimReported: bank,
  AnswerCorrected: bank,
  FreezeConfirmed: authority,
  FreezeExtended: authority,
  ReturnInitiated: bank,
  ReturnReported: 'beneficiary/institution',
  RequestWithdrawn: requester,
  FreezeReleased: authority,
  ClosedUnrecovered: authority,
  RequestReopened: `${requester} beneficiary/officer`,
  RequestShared: 'requester/officer beneficiary/officer',
  ShareWithdrawn: 'requester/officer beneficiary/officer',
  OrderUndelivered: 'engine/dispatch',
  DeadlineReached: 'engine/clock',
  HoldExpired: 'engine/clock',
  ErasureOrdered: 'requester/officer beneficiary/authority',
  KeysDestroyed: 'engine/dispatch',
  DestructionConfirmed: 'engine/dispatch',
  ChallengeLodged: `${bank} ${authority}`,
  ChallengeDecided: authority,
}

/** The actors that may make each proposal. */
const whoMayPropose: Readonly<Record<string, string>> = {
  ConfirmFreeze: authority,
  ExtendFreeze: authority,
  InitiateReturn: bank,
  Withdraw: 'requester/officer',
  Release: authority,
  CloseUnrecovered: authority,
  OrderErasure: 'requester/officer beneficiary/authority',
  DecideChallenge: authority,
}

/** Why an actor may not have caused a fact. `isHeld`: money is frozen, so a system can no longer withdraw. */
export function permissionProblem(fact: Fact, isHeld: boolean): string | undefined {
  const kind = kindOf(fact)
  const allowed = kind === 'ActionProposed' ? whoMayPropose[fact.data.command ?? ''] : whoMay[kind]
  const country = countryOf(fact.actor)
  const sides = [
    country === 'holdfast' ? 'engine' : '',
    country === fact.requestingcountry ? 'requester' : '',
    country === fact.beneficiarycountry ? 'beneficiary' : '',
  ]
  const isAllowed = sides.some(side => side !== '' && allowed?.split(' ').includes(`${side}/${roleOf(fact.actor)}`))
  if (!isAllowed) return `${kind} is not for ${fact.actor}`
  return isHeld && kind === 'RequestWithdrawn' && roleOf(fact.actor) === 'system'
    ? 'a system withdrew a request with frozen money'
    : undefined
}
