export { type Decision, decide, factsMax, type HoldPolicy, type UnchainedFact } from './decide.ts'
export {
  fold,
  isNext,
  type Position,
  parseSnapshot,
  type RequestSnapshot,
  serializeSnapshot,
} from './snapshot.ts'
export { deadlinesOf, statesOf, viewOf } from './view.ts'
export { describeWhoMay, mayGive, whoMay } from './who-may.ts'
