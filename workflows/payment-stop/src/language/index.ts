export * from './analysis.ts'
export { correctableAnswers } from './commands/correct-answer.ts'
export type { DeadlineInput } from './commands/definition.ts'
export type { Permission } from './commands/permission.ts'
export * from './events/commands.ts'
export * from './events/encrypted-commands.ts'
export * from './events/encrypted-facts.ts'
export { type Phase, phases } from './events/envelope.ts'
export * from './events/facts.ts'
export * from './events/record-kinds.ts'
export { type RefusedStopCommand, refusedStopCommandSchema } from './events/refused-commands.ts'
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
export * from './orders/alerts.ts'
export * from './orders/answers.ts'
export * from './orders/bank-messages.ts'
export * from './orders/deliveries.ts'
export * from './orders/notifications.ts'
export * from './orders/order-views.ts'
export * from './orders/orders.ts'
export * from './requests/deadlines.ts'
export * from './requests/freeze-request.ts'
export * from './requests/outcomes.ts'
export * from './requests/payment-key.ts'
export * from './requests/policy.ts'
export * from './requests/requests.ts'
export * from './values/codes.ts'
export * from './values/currencies.ts'
export * from './values/money.ts'
export * from './views.ts'
