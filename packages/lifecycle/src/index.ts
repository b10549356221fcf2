export { type Alert, alertOf, alertOfRefusal } from './alert.ts'
export { addMinor, type Minor, minorOf, moneyOf, nothing } from './amounts.ts'
export { heldMinorOf } from './context.ts'
export { deadlineWords } from './deadline-words.ts'
export { type Decision, decide } from './decide.ts'
export { outcomeOf } from './outcome.ts'
export type { ExtendableHold, Policy, StandingAgreement, TimerKind } from './policy.ts'
export { foldRefusal } from './refusals.ts'
export {
  advance,
  fold,
  isNext,
  type Position,
  parseSnapshot,
  type RequestSnapshot,
  serializeSnapshot,
} from './snapshot.ts'
export { hasEnded, phaseOf, statesOf } from './states.ts'
export { deadlinesOf, viewOf } from './view.ts'
export { describeWhoMay, mayGive, whoMay } from './who-may.ts'
