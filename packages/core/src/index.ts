export {
  type Action,
  type ActionCaller,
  type ActionDefinition,
  type Actions,
  type Asker,
  createActions,
  type DocumentInUse,
  type ProposedData,
} from './actions.ts'
export { causeOf, causesOf, isCause, listOf, withCause } from './causes.ts'
export { confirmsDestruction, destructionCauseOf, recordsDestruction, recordsProposal, undeliveredOrderIn } from './common-kinds.ts'
export { type ChartState, compileChart } from './compile-chart.ts'
export { createDecider, type Decider, type DecisionOf } from './decider.ts'
export type {
  Dispatching,
  EncryptedFrame,
  Instruction,
  Notifications,
  OnwardCommand,
  OnwardRequests,
  OnwardStep,
  Orders,
  RequestNotification,
  SentOrder,
  SummaryStep,
  WaitingFact,
} from './dispatching.ts'
export { personUnproved, provenActorOf } from './dual-approval.ts'
export { type RefusedEvent, refusalsAfter, UnknownKindError } from './history.ts'
export { factsPerMemberRoleMax, fitsHistoryQuota, historyQuotaUsedAfter, reservedFactsPerMemberRoleMax } from './history-quota.ts'
export type { Ingress } from './ingress.ts'
export type { AnyState, ChartEvent, CommandContext, Lifecycle, Party, PersonPolicy, Snapshot } from './lifecycle.ts'
export { actsAsInstitution, describePermission, isPermitted } from './permissions.ts'
export type { PersonalData } from './personal-data.ts'
export { areComparable, isSamePerson, type ProposedAction, proposalDigestOf } from './proposal.ts'
export { mayBeUnrecorded, noRefusals, type Refusals, refusalsMax } from './refusal-budgets.ts'
export {
  type AssessmentOf,
  assessBy,
  type DocumentRule,
  type EnforcedElsewhere,
  type Observation,
  type RejectingRuleOf,
  type Verdict,
} from './rules-engine.ts'
export { isSameUnit, sharedAfter } from './shares-after.ts'
export { phaseOf, statesOf } from './states.ts'
export type { Assessed, Claim, ClaimHolder, FindKnown, KeyedDigest, Reported, Validation } from './validation.ts'
export {
  type BasicSummary,
  type EvolvedSummary,
  noSearchTerms,
  type PartyAccess,
  type RecordedProposal,
  type SearchTerms,
  type Views,
  type WaitingDecisions,
} from './views.ts'
export {
  type AnsweringActor,
  type RegistryPolicy,
  type StatefulService,
  serviceNameOf,
  stateSpaceOf,
  type Workflow,
} from './workflow.ts'
