import { type Command, dualApprovalOnceHeld, formatProof, isPseudonymous, pseudonymousActor } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../test/policy.ts'
import {
  actors,
  codeOf,
  command,
  freeze,
  from,
  history,
  historyBy,
  messageOf,
  open,
  pairs,
  pass,
  proposalData,
  propose,
  review,
} from '../test/world.ts'

// V17 where a mark stands for each person (ADR 62): one mark is one person, and whom a mark can't be compared with is nobody's second.

const box = `5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11.${'b'.repeat(120)}.${'d'.repeat(64)}`
const marked = (actor: string, digit: string) => pseudonymousActor(actor, digit.repeat(64))
const sealed = (given: Command): Command => ({ ...given, actorbox: box })

describe.each(dualApprovalOnceHeld)('%s', kind => {
  const [first, second] = pairs[kind].map((name, index) => marked(actors[name], String(index))) as [string, string]
  const said = (actor: string) => sealed(from(actor, command(kind, proposalData[kind], 'system')))
  const held = () => history(open(), pass(), freeze('920.00'))

  test('is done by two marks of one side; each fact has its box, and the second names the first by its mark', () => {
    const h = held()
    h.give(said(first))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: first, actorbox: box })
    expect(codeOf(h.give(said(first)))).toBe('SAME_PERSON')
    h.give(said(second))
    expect(h.last()).toMatchObject({ actor: second, actorbox: box, data: { proposedBy: first } })
    expect(h.last()?.type).not.toBe('holdfast.fact.v1.ActionProposed')
    expect(h.refusals[0]).toMatchObject({ actor: first, actorbox: box })
  })

  test('that was proposed before words were sealed is proposed anew, as nobody knows whose mark is whose', () => {
    const h = held()
    h.give(from(actors[pairs[kind][0]], command(kind, proposalData[kind], 'system')))
    h.give(said(second))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: second })
    expect(codeOf(h.give(said(second)))).toBe('SAME_PERSON')
    h.give(said(first))
    expect(h.last()).toMatchObject({ actor: first, data: { proposedBy: second } })
  })
})

test('one key is one person under two marks', () => {
  const strict = { ...policy, personsNeedProof: () => true }
  const key = (letter: string) => formatProof({ by: 'key', thumbprint: letter.repeat(43) })
  const said = (digit: string, letter: string) => ({
    ...sealed(from(marked(actors.judge, digit), command('Release', proposalData.Release, 'system'))),
    actorproof: key(letter),
  })
  const h = historyBy(strict, open(), pass(), freeze('920.00'))
  h.give(said('0', 'a'))
  expect(codeOf(h.give(said('1', 'a')))).toBe('SAME_PERSON')
  h.give(said('1', 'b'))
  expect(h.last()).toMatchObject({ actorproof: key('b'), data: { proposedBy: marked(actors.judge, '0') } })
})

test('a verification that was proposed before words were sealed is proposed anew', () => {
  const approve = (digit: string) => sealed(from(marked(actors.secondDesk, digit), command('ApproveVerification', {}, 'desk')))
  const h = history(open(), review(), propose())
  const decision = h.give(approve('1'))
  expect([codeOf(decision), messageOf(decision)]).toEqual(['SAME_PERSON', expect.stringContaining('propose it anew')])
  h.give(command('AskInformation', { question: 'Whose account is it?' }, 'desk'))
  h.give(command('ProvideInformation', { note: 'The false supplier’s.' }, 'officer'))
  h.give(sealed(from(marked(actors.desk, '0'), command('ProposeVerification', {}, 'desk'))))
  expect(codeOf(h.give(approve('0')))).toBe('SAME_PERSON')
  h.give(approve('1'))
  expect(h.states()).toContain('verified.ordering')
})

test('no name is a mark', () => {
  expect(isPseudonymous(marked(actors.judge, '0'))).toBe(true)
  expect(Object.values(actors).filter(isPseudonymous)).toEqual([])
})
