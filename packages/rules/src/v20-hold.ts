import type { EnforcedElsewhere } from '@holdfast/core'

export const hold: EnforcedElsewhere = {
  id: 'V20',
  title: 'A hold has a basis and an end, and the law of the freezing country allows that end',
  source: 'the hold periods of packages/profiles, each with its source',
  effect: 'refused (HOLD_TOO_LONG); a hold without an end gets the default of the country',
  enforcedBy: ['packages/lifecycle/src/fact-of-command.ts', 'packages/profiles/src/holds.ts', 'packages/profiles/src/policy.ts'],
  provenBy: [
    'packages/lifecycle/src/holds.test.ts',
    'packages/profiles/src/holds.test.ts',
    'packages/profiles/src/hold-periods-by-law.test.ts',
  ],
}
