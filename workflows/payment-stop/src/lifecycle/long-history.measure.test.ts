import { factsPerMemberRoleMax } from '@holdfast/core'
import { expectRatio, medianTimesMs } from '@holdfast/test-kit/ratios'
import { expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  actors,
  answer,
  ask,
  command,
  freeze,
  from,
  type History,
  history,
  interim,
  moved,
  open,
  pass,
  proposalData,
} from '../../test/lifecycle/world.ts'
import { decide } from './decide.ts'
import { resultingStateOf } from './resulting-state.ts'

const cent = moved('0.01')
const short = () => history(open(), pass(), freeze('1.00'), ...Array.from({ length: 7 }, () => moved('0.01')))

/** Six member roles report, ask and propose as much as possible, except for a few more facts of each. */
function long(): History {
  const h = history(open(), pass())
  const times = factsPerMemberRoleMax - 5
  for (let nth = 0; nth < times; nth++) {
    h.give(ask('desk'))
    h.give(from(actors.system, answer()))
    h.give(from(actors.fiu, interim('S000')))
  }
  h.give(freeze('1.00'))
  for (let nth = 0; nth < times; nth++) {
    h.give(nth % 2 === 0 ? moved('0.01') : freeze('0.01'))
    h.give(from(`SG/officer/p${nth}`, command('Withdraw', { reason: `No ${nth}` }, 'officer')))
    h.give(from(`TL/authority/p${nth}`, command('Release', { ...proposalData.Release, reference: `R-${nth}` }, 'judge')))
  }
  return h
}

test('a command on a request of 800 facts costs at most twice one on 10 facts', async () => {
  const [few, many] = [short().current(), long().current()]
  expect([few.sequence, many.sequence > 800]).toEqual([10, true])
  const deciding = (snapshot: typeof few) => () => {
    for (let turn = 0; turn < 500; turn++) {
      const decision = decide(snapshot, cent, policy)
      if (decision.outcome !== 'fact') throw new Error('the report was not accepted')
    }
  }
  await expectRatio('500 commands on 800 facts to 500 on 10 facts', { max: 2 }, async () => {
    const { of800, of10 } = await medianTimesMs(9, { of800: deciding(many), of10: deciding(few) })
    return { value: of800, against: of10, unit: 'ms' }
  })
  expect(resultingStateOf(many).amounts?.movedOnward).not.toBe('0.00')
})
