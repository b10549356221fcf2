import { expect, test } from 'vitest'
import { check, invariants } from './check.ts'
import { ofFacts } from './mutations/of-facts.ts'
import { ofHistories } from './mutations/of-histories.ts'
import { ofOrdersAndNotifications } from './mutations/of-orders-and-notifications.ts'
import { ofPersonalData } from './mutations/of-personal-data.ts'
import { recorded } from './recorded.ts'

// A checker that looks at nothing finds no violation. So each invariant is violated in a recorded run and must be
// named.

const mutations = [...ofHistories, ...ofFacts, ...ofOrdersAndNotifications, ...ofPersonalData]

test('each invariant has a mutation', () => {
  expect(new Set(mutations.map(([invariant]) => invariant))).toEqual(new Set(Object.keys(invariants)))
})

test.each(mutations)('%s finds %s', (invariant, _what, spoil) => {
  const seen = recorded()
  spoil(seen)
  expect(check(seen).map(violation => violation.invariant)).toContain(invariant)
})
