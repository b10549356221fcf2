import type { EnforcedElsewhere } from '@holdfast/core'

export const extension: EnforcedElsewhere = {
  id: 'V21',
  title: 'A hold is extended before it ends, by an order that the law names, and within the legal number and total',
  source: 'UK POCA (31 days, 186 in total); Singapore (30 days, five times)',
  effect: 'refused (EXTENSION_NOT_ALLOWED)',
  enforcedBy: ['packages/lifecycle/src/extension.ts', 'packages/profiles/src/extensions.ts', 'packages/profiles/src/policy.ts'],
  provenBy: ['packages/lifecycle/src/holds.test.ts', 'packages/profiles/src/extensions.test.ts'],
}
