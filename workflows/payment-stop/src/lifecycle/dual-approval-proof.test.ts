import { formatProof } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  actors,
  codeOf,
  command,
  freeze,
  from,
  historyBy,
  messageOf,
  neededBy,
  open,
  pairs,
  pass,
  proposalData,
  propose,
  review,
} from '../../test/lifecycle/world.ts'
import { type Command, type DualApprovalOnceFrozen, dualApprovalOnceFrozen } from '../language/index.ts'

// V17 for persons who need proof (ADR 54): different names do not prove different persons, but two keys or two sign-ins
// do.

const key = (letter: string) => formatProof({ by: 'key', thumbprint: letter.repeat(43) })
const signIn = (letter: string, amr = 'pwd') => formatProof({ by: 'signIn', account: letter.repeat(43), amr: [amr] })
const by = (actorproof: string | undefined, given: Command): Command => ({ ...given, ...(actorproof ? { actorproof } : {}) })
const said = (kind: DualApprovalOnceFrozen, actor: string, proof?: string) =>
  by(proof, from(actor, command(kind, proposalData[kind], 'system')))
const strict = { ...policy, personsNeedProof: (country: string) => ['SG', 'TL'].includes(country) }
const held = (by = strict, kind: DualApprovalOnceFrozen = 'Release') => historyBy(by, open(), pass(), freeze('920.00'), ...neededBy(kind))

describe.each(dualApprovalOnceFrozen)('if persons need proof, %s', kind => {
  const [first, second] = pairs[kind].map(name => actors[name]) as [string, string]

  test('is approved by two keys, and each fact has its key', () => {
    const h = held(strict, kind)
    h.give(said(kind, first, key('a')))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: first, actorproof: key('a') })
    h.give(said(kind, second, key('b')))
    expect(h.last()).toMatchObject({ actor: second, actorproof: key('b'), data: { proposedBy: first } })
    expect(h.last()?.type).not.toBe('holdfast.fact.v1.ActionProposed')
  })

  test('is approved by a key and a sign-in too, but not by one account under two names', () => {
    const h = held(strict, kind)
    h.give(said(kind, first, signIn('a')))
    expect(codeOf(h.give(said(kind, second, signIn('a', 'hwk'))))).toBe('SAME_PERSON')
    h.give(said(kind, second, key('a')))
    expect(h.last()?.type).not.toBe('holdfast.fact.v1.ActionProposed')
  })

  test('cannot be proposed or approved by a person that only a key of the country vouches for', () => {
    const h = held(strict, kind)
    const decision = h.give(said(kind, first))
    expect(codeOf(decision)).toBe('PERSON_UNPROVED')
    expect(messageOf(decision)).toContain("Sign with the person's own key, or sign in")
    h.give(said(kind, first, key('a')))
    expect(codeOf(h.give(said(kind, second)))).toBe('PERSON_UNPROVED')
    expect(h.kinds().filter(fact => fact === 'ActionProposed')).toHaveLength(1)
  })

  test('cannot be approved if the proposal is older than the need for proof', () => {
    let needed = false
    const h = held({ ...policy, personsNeedProof: () => needed }, kind)
    h.give(said(kind, first))
    needed = true
    h.give(said(kind, second, key('b')))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: second })
    h.give(said(kind, first, key('a')))
    expect(h.last()).toMatchObject({ actor: first, data: { proposedBy: second } })
  })
})

test('a verification by two officers needs proof of both', () => {
  const approve = (proof?: string) => by(proof, command('ApproveVerification', {}, 'secondDesk'))
  const h = historyBy(strict, open(), review())
  expect(codeOf(h.give(propose()))).toBe('PERSON_UNPROVED')
  h.give(by(key('a'), propose()))
  expect(codeOf(h.give(approve()))).toBe('PERSON_UNPROVED')
  expect(codeOf(h.give(approve(key('a'))))).toBe('SAME_PERSON')
  h.give(approve(key('b')))
  expect(h.states()).toContain('verified.ordering')
})

test('a verification that was proposed before the need for proof has to be proposed again', () => {
  let needed = false
  const h = historyBy({ ...policy, personsNeedProof: () => needed }, open(), review(), propose())
  needed = true
  const decision = h.give(by(key('b'), command('ApproveVerification', {}, 'secondDesk')))
  expect([codeOf(decision), messageOf(decision)]).toEqual(['PERSON_UNPROVED', expect.stringContaining('propose it again')])
})

test('if one person is enough, a key of the country may vouch for that person', () => {
  const h = historyBy(strict, open(), review(1))
  h.give(command('ApproveVerification', {}, 'desk'))
  expect(h.states()).toContain('verified.ordering')
  h.give(command('Withdraw', { reason: 'It came back' }, 'officer'))
  expect(h.states()).toEqual(['closed.withdrawn'])
})

test('if persons need no proof, different names count as different persons, and one key is still one person', () => {
  const h = held({ ...policy, personsNeedProof: () => false })
  const [first, second] = pairs.Release.map(name => actors[name]) as [string, string]
  h.give(said('Release', first, key('a')))
  expect(codeOf(h.give(said('Release', second, key('a'))))).toBe('SAME_PERSON')
  h.give(said('Release', second))
  expect(h.states()).toEqual(['closed.released'])
})
