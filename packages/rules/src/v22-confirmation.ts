import type { EnforcedElsewhere } from '@holdfast/core'

export const confirmation: EnforcedElsewhere = {
  id: 'V22',
  title: 'A confirmation names its instrument, authority, reference and date',
  source: 'Regulation (EU) 2018/1805, freezing certificate',
  effect: 'refused (MALFORMED), with the path of each problem',
  enforcedBy: ['schemas/src/commands/confirm-freeze.ts'],
  provenBy: ['packages/rules/src/elsewhere.test.ts', 'packages/lifecycle/src/holds.test.ts'],
}
