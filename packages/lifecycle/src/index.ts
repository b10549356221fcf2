export { actionsOf, type ProposedWords, whyNot } from './action-views.ts'
export { type Alert, alertOf, alertOfErasureWhileParked, alertOfRefusal, alertOfWaitingErasure } from './alert.ts'
export { addMinor, type Minor, minorOf, moneyOf, nothing } from './amounts.ts'
export { heldMinorOf } from './context.ts'
export { deadlineWords } from './deadline-words.ts'
export { type Decision, decide } from './decide.ts'
export { whyNotForInstitution } from './institution-keys.ts'
export { proposalDigestOf } from './joint.ts'
export { deadlinesOf, ledToOf } from './led-to.ts'
export { outcomeOf } from './outcome.ts'
export { mayBeSpent } from './refusal-budgets.ts'
export { foldRefusal } from './refusals.ts'
export {
  advance,
  fold,
  parseSnapshot,
  type RequestSnapshot,
  serializeSnapshot,
  UnknownKindError,
} from './snapshot.ts'
export {
  follow,
  followRefusal,
  isKeptFromAddressee,
  parseStanding,
  type RequestStanding,
  serializeStanding,
  standingOf,
  viewOf,
  viewOfStanding,
} from './standing.ts'
export { hasEnded, phaseOf, statesOf } from './states.ts'
export { describeWhoMay, isForMembers, mayGive, whoMay } from './who-may.ts'
