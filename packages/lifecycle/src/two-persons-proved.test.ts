import { type Command, type DualApprovalOnceHeld, dualApprovalOnceHeld, formatProof } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../test/policy.ts'
import {
  actors,
  codeOf,
  command,
  freeze,
  from,
  historyBy,
  messageOf,
  open,
  pairs,
  pass,
  proposalData,
  propose,
  review,
} from '../test/world.ts'

// V17 where persons have to be proved (ADR 54): two names are no two persons, two keys or two sign-ins are.

const key = (letter: string) => formatProof({ by: 'key', thumbprint: letter.repeat(43) })
const signIn = (letter: string, amr = 'pwd') => formatProof({ by: 'signIn', account: letter.repeat(43), amr: [amr] })
const by = (actorproof: string | undefined, given: Command): Command => ({ ...given, ...(actorproof ? { actorproof } : {}) })
const said = (kind: DualApprovalOnceHeld, actor: string, proof?: string) =>
  by(proof, from(actor, command(kind, proposalData[kind], 'system')))
const strict = { ...policy, personsNeedProof: (country: string) => ['SG', 'TL'].includes(country) }
const held = (by = strict) => historyBy(by, open(), pass(), freeze('920.00'))

describe.each(dualApprovalOnceHeld)('where persons are to be proved, %s', kind => {
  const [first, second] = pairs[kind].map(name => actors[name]) as [string, string]

  test('is done by two keys, and each fact says by which', () => {
    const h = held()
    h.give(said(kind, first, key('a')))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: first, actorproof: key('a') })
    h.give(said(kind, second, key('b')))
    expect(h.last()).toMatchObject({ actor: second, actorproof: key('b'), data: { proposedBy: first } })
    expect(h.last()?.type).not.toBe('holdfast.fact.v1.ActionProposed')
  })

  test('is done by a key and a sign-in too, and not by one account under two names', () => {
    const h = held()
    h.give(said(kind, first, signIn('a')))
    expect(codeOf(h.give(said(kind, second, signIn('a', 'hwk'))))).toBe('SAME_PERSON')
    h.give(said(kind, second, key('a')))
    expect(h.last()?.type).not.toBe('holdfast.fact.v1.ActionProposed')
  })

  test('is not given by whom a key of the country has named, neither first nor second', () => {
    const h = held()
    const decision = h.give(said(kind, first))
    expect(codeOf(decision)).toBe('PERSON_UNPROVED')
    expect(messageOf(decision)).toContain("sign with the person's own key, or sign in")
    h.give(said(kind, first, key('a')))
    expect(codeOf(h.give(said(kind, second)))).toBe('PERSON_UNPROVED')
    expect(h.kinds().filter(fact => fact === 'ActionProposed')).toHaveLength(1)
  })

  test('is not agreed to where the first word was said before persons had to be proved', () => {
    let needed = false
    const h = held({ ...policy, personsNeedProof: () => needed })
    h.give(said(kind, first))
    needed = true
    h.give(said(kind, second, key('b')))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: second })
    h.give(said(kind, first, key('a')))
    expect(h.last()).toMatchObject({ actor: first, data: { proposedBy: second } })
  })
})

test('a verification that two officers give is for two that are proved', () => {
  const approve = (proof?: string) => by(proof, command('ApproveVerification', {}, 'secondDesk'))
  const h = historyBy(strict, open(), review())
  expect(codeOf(h.give(propose()))).toBe('PERSON_UNPROVED')
  h.give(by(key('a'), propose()))
  expect(codeOf(h.give(approve()))).toBe('PERSON_UNPROVED')
  expect(codeOf(h.give(approve(key('a'))))).toBe('SAME_PERSON')
  h.give(approve(key('b')))
  expect(h.states()).toContain('verified.ordering')
})

test('a verification that was proposed before persons had to be proved is proposed anew', () => {
  let needed = false
  const h = historyBy({ ...policy, personsNeedProof: () => needed }, open(), review(), propose())
  needed = true
  const decision = h.give(by(key('b'), command('ApproveVerification', {}, 'secondDesk')))
  expect([codeOf(decision), messageOf(decision)]).toEqual(['PERSON_UNPROVED', expect.stringContaining('propose it anew')])
})

test('where one officer is enough, and where one person does it alone, a key of the country may name who that is', () => {
  const h = historyBy(strict, open(), review(1))
  h.give(command('ApproveVerification', {}, 'desk'))
  expect(h.states()).toContain('verified.ordering')
  h.give(command('Withdraw', { reason: 'It came back' }, 'officer'))
  expect(h.states()).toEqual(['closed.withdrawn'])
})

test('where persons need no proof two names are two persons, proved or not, and one key is one person all the same', () => {
  const h = held({ ...policy, personsNeedProof: () => false })
  const [first, second] = pairs.Release.map(name => actors[name]) as [string, string]
  h.give(said('Release', first, key('a')))
  expect(codeOf(h.give(said('Release', second, key('a'))))).toBe('SAME_PERSON')
  h.give(said('Release', second))
  expect(h.states()).toEqual(['closed.released'])
})
