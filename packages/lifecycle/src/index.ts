export { addMinor, type Minor, minorOf, moneyOf, nothing } from './amounts.ts'
export { type Decision, decide, factsMax } from './decide.ts'
export type { HoldPolicy } from './fact-of-command.ts'
export {
  fold,
  isNext,
  type Position,
  parseSnapshot,
  type RequestSnapshot,
  serializeSnapshot,
} from './snapshot.ts'
export { deadlinesOf, phaseOf, statesOf, viewOf } from './view.ts'
export { describeWhoMay, mayGive, whoMay } from './who-may.ts'
