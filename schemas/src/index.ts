export { sha256Of } from '#digests'
export * from './actors/actor.ts'
export * from './actors/actor-names.ts'
export * from './actors/actor-proof.ts'
export * from './cloud-event.ts'
export * from './codes.ts'
export { correctableAnswers } from './commands/correct-answer.ts'
export type { DeadlineInput } from './commands/definition.ts'
export type { Permission } from './commands/permission.ts'
export * from './currencies.ts'
export * from './desk/analysis.ts'
export * from './desk/encrypted-work.ts'
export * from './desk/field-states.ts'
export * from './desk/views.ts'
export * from './desk/work-events.ts'
export * from './desk/work-roles.ts'
export * from './desk/work-views.ts'
export * from './dispatched-orders.ts'
export * from './encrypted/destruction-causes.ts'
export * from './encrypted/encrypted-actor.ts'
export * from './encrypted/encrypted-data.ts'
export * from './encrypted/signed.ts'
export * from './engine-events.ts'
export * from './engine-keys.ts'
export * from './event-types.ts'
export * from './events/commands.ts'
export * from './events/encrypted-commands.ts'
export * from './events/encrypted-facts.ts'
export * from './events/facts.ts'
export {
  type CommandKind,
  commandDefinitionOf,
  commandKinds,
  commands,
  commandsOfFact,
  type DualApprovalCommand,
  type DualApprovalOnceFrozen,
  dualApprovalCommands,
  dualApprovalOnceFrozen,
  type FactBody,
  type FactKind,
  type FactOfCommand,
  factDefinitionOf,
  factKinds,
  facts,
  factsOfCommand,
  isDualApprovalCommand,
} from './events/registry.ts'
export * from './events/resulting-state.ts'
export { factIn } from './fact-envelope.ts'
export * from './foreign-text.ts'
export * from './ids.ts'
export * from './ledger/checkpoints.ts'
export * from './ledger/feature-levels.ts'
export * from './ledger/ledger-records.ts'
export * from './ledger/ledger-rule.ts'
export * from './ledger/partitions.ts'
export * from './ledger/record-kinds.ts'
export * from './ledger/refused-commands.ts'
export * from './media-type.ts'
export * from './money.ts'
export * from './operating/dead-letters.ts'
export * from './operating/dispatched.ts'
export * from './operating/ended-sessions.ts'
export * from './operating/operations.ts'
export * from './operating/parked.ts'
export * from './operating/status.ts'
export * from './orders/alerts.ts'
export * from './orders/answers.ts'
export * from './orders/bank-messages.ts'
export * from './orders/deliveries.ts'
export * from './orders/notifications.ts'
export * from './orders/order-views.ts'
export * from './orders/orders.ts'
export { type ProblemCode, problemCodeNames, problemCodes, sentenceOf } from './problem-codes.ts'
export * from './problems.ts'
export * from './read-event.ts'
export * from './requests/deadlines.ts'
export * from './requests/findings.ts'
export * from './requests/freeze-request.ts'
export * from './requests/outcomes.ts'
export * from './requests/payment-key.ts'
export * from './requests/policy.ts'
export * from './requests/refusals.ts'
export * from './requests/requests.ts'
export * from './requests/sharing.ts'
export * from './result.ts'
export { canonicalJson } from './texts/canonical-json.ts'
export * from './texts/characters.ts'
export { groupDigits } from './texts/group-digits.ts'
export { isPointer, type Members, valuesAt, withoutValues, withValues } from './texts/pointers.ts'
export * from './texts/printable.ts'
export * from './topic-names.ts'
export * from './topics.ts'
