import { documentCheck } from '@holdfast/test-kit/document-check'
import { actors, askedCheck, command, policy, strictPolicy } from '@holdfast/test-kit/started-check'
import { expect, test } from 'vitest'

const { actions } = documentCheck
const time = '2026-01-01T01:00:00.000Z'
const document = { countries: { asking: 'SG', issuing: 'TL', transit: 'AU' } }

/** What an actor may do on a check, by command. */
function actionsFor(check: ReturnType<typeof askedCheck>, actor: string, by = policy) {
  const stored = new Map(
    check.records.map(({ sequence, actor, time, data }) => [sequence, { actor, time, data: 'data' in data ? data.data : {} }]),
  )
  const proposedIn = (sequence: number) => {
    const found = stored.get(sequence)
    return found && { given: { proposedBy: found.actor, at: found.time, data: found.data as object }, stored: found.data }
  }
  const found = actions.actionsOf(check.current(), { by: { actor }, time, document, proposedIn }, by)
  return new Map(found.map(action => [action.command, action]))
}

test('members see each command but the opening and those of the engine, in the published order', () => {
  expect(actions.kinds.filter(actions.isForMembers)).toEqual([
    'ReplaceDocument',
    'GiveOpinion',
    'AddRemark',
    'Escalate',
    'Settle',
    'WithdrawShare',
  ])
  expect([...actionsFor(askedCheck(), actors.tan).keys()]).toEqual(actions.kinds.filter(actions.isForMembers))
  expect(actions.describePermission('GiveOpinion')).toBe("the issuing country's officer or fiu, or the transit country's officer")
})

test('each party may give its own commands only', () => {
  const check = askedCheck()
  expect(actionsFor(check, actors.issuer).get('GiveOpinion')).toMatchObject({ may: true, needsApproval: false })
  expect(actionsFor(check, actors.transit).get('GiveOpinion')).toMatchObject({ may: true })
  expect(actionsFor(check, actors.tan).get('GiveOpinion')).toMatchObject({ may: false, code: 'NOT_PERMITTED' })
})

test('a proposal is shown to another person of the same role, and neither to its proposer nor to other countries', () => {
  const check = askedCheck()
  expect(actionsFor(check, actors.tan).get('Settle')).toMatchObject({ may: true, needsApproval: true })
  check.give(command('Settle', actors.tan, { result: 'genuine' }))
  expect(actions.proposalsOf(check.current())).toMatchObject([{ command: 'Settle', actor: actors.tan, sequence: 3 }])
  expect(actionsFor(check, actors.lim).get('Settle')).toMatchObject({
    second: { sequence: 3, proposedBy: actors.tan, data: { result: 'genuine' } },
  })
  expect(actionsFor(check, actors.tan).get('Settle')).not.toHaveProperty('second')
  expect(actionsFor(check, actors.issuer).get('Settle')).toMatchObject({ may: false })
})

test('a trial has the reason of the ledger and changes nothing', () => {
  const check = askedCheck()
  const asked = { command: 'Settle', data: {} }
  expect(actions.findRefusal(check.current(), asked, { by: { actor: actors.tan }, time }, strictPolicy)).toMatchObject({
    code: 'PERSON_UNPROVED',
  })
  expect(actions.findRefusal(check.current(), asked, { by: { actor: actors.tan }, time }, policy)).toBeUndefined()
  expect(check.records).toHaveLength(2)
})
