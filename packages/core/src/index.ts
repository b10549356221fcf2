export { type Causes, causeOf, causesOf, isCause, listOf, withCause } from './causes.ts'
export { type ChartState, compileChart } from './compile-chart.ts'
export { factsPerMemberRoleMax, type HistoryQuotaUsed, historyQuotaUsedAfter, reservedFactsPerMemberRoleMax } from './history-quota-used.ts'
export { budgetOf, mayBeUnrecorded, noRefusals, type Refusals, refusalsMax } from './refusal-budgets.ts'
export {
  type AssessmentOf,
  assessBy,
  type DocumentRule,
  type EnforcedElsewhere,
  type Observation,
  type RejectingRuleOf,
  type Verdict,
} from './rules-engine.ts'
