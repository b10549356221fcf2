export { proposalDigestOf, statesOf, UnknownKindError } from '@holdfast/core'
export { actions } from './action-views.ts'
export { type Alert, alertOf, alertOfErasureWhileParked, alertOfRefusal, alertOfWaitingErasure } from './alert.ts'
export { addMinor, type Minor, minorOf, moneyOf, nothing } from './amounts.ts'
export { heldMinorOf, isRetained } from './context.ts'
export { deadlineTexts } from './deadline-texts.ts'
export { advance, type Decision, decide, evolve, evolveByRefusal, parseSnapshot, serializeSnapshot } from './decide.ts'
export { findInstitutionObstacle } from './institution-keys.ts'
export { outcomeOf } from './outcome.ts'
export { describePermission, isForMembers, isPermitted, permissionsOf } from './permissions.ts'
export {
  evolveSummary,
  evolveSummaryByRefusal,
  isKeptFromAddressee,
  parseSummary,
  type RequestSummary,
  serializeSummary,
  summaryOf,
  viewOf,
  viewOfSummary,
} from './request-summary.ts'
export { deadlinesOf, resultingStateOf } from './resulting-state.ts'
export type { RequestSnapshot } from './snapshot.ts'
export { hasEnded, phaseOf } from './states.ts'
