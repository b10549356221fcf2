import { formatProof, isPseudonymous, pseudonymousActor } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  actors,
  codeOf,
  command,
  freeze,
  from,
  frozenFor,
  history,
  historyBy,
  messageOf,
  open,
  pairs,
  pass,
  proposalData,
  propose,
  review,
} from '../../test/lifecycle/world.ts'
import { type Command, dualApprovalOnceFrozen } from '../language/index.ts'

// V17 with pseudonyms for persons (ADR 62): a pseudonym stands for one person. An actor that cannot be compared with
// the proposer cannot approve.

const box = `5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11.${'b'.repeat(120)}.${'d'.repeat(64)}`
const pseudonymous = (actor: string, digit: string) => pseudonymousActor(actor, digit.repeat(64))
const withEncryptedActor = (given: Command): Command => ({ ...given, encryptedactor: box })

describe.each(dualApprovalOnceFrozen)('%s', kind => {
  const [first, second] = pairs[kind].map((name, index) => pseudonymous(actors[name], String(index))) as [string, string]
  const submitted = (actor: string) => withEncryptedActor(from(actor, command(kind, proposalData[kind], 'system')))
  const held = () => frozenFor(kind)

  test('is approved by two pseudonyms of one member role; each fact has its encrypted actor, and the second has the pseudonym of the first', () => {
    const h = held()
    h.give(submitted(first))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: first, encryptedactor: box })
    expect(codeOf(h.give(submitted(first)))).toBe('SAME_PERSON')
    h.give(submitted(second))
    expect(h.last()).toMatchObject({ actor: second, encryptedactor: box, data: { proposedBy: first } })
    expect(h.last()?.type).not.toBe('holdfast.fact.v1.ActionProposed')
    expect(h.refusals[0]).toMatchObject({ actor: first, encryptedactor: box })
  })

  test('that was proposed before names were encrypted has to be proposed again, because the persons cannot be compared', () => {
    const h = held()
    h.give(from(actors[pairs[kind][0]], command(kind, proposalData[kind], 'system')))
    h.give(submitted(second))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', actor: second })
    expect(codeOf(h.give(submitted(second)))).toBe('SAME_PERSON')
    h.give(submitted(first))
    expect(h.last()).toMatchObject({ actor: first, data: { proposedBy: second } })
  })
})

test('one key is one person under two pseudonyms', () => {
  const strict = { ...policy, personsNeedProof: () => true }
  const key = (letter: string) => formatProof({ by: 'key', thumbprint: letter.repeat(43) })
  const submitted = (digit: string, letter: string) => ({
    ...withEncryptedActor(from(pseudonymous(actors.judge, digit), command('Release', proposalData.Release, 'system'))),
    actorproof: key(letter),
  })
  const h = historyBy(strict, open(), pass(), freeze('920.00'))
  h.give(submitted('0', 'a'))
  expect(codeOf(h.give(submitted('1', 'a')))).toBe('SAME_PERSON')
  h.give(submitted('1', 'b'))
  expect(h.last()).toMatchObject({ actorproof: key('b'), data: { proposedBy: pseudonymous(actors.judge, '0') } })
})

test('a verification that was proposed before names were encrypted has to be proposed again', () => {
  const approve = (digit: string) =>
    withEncryptedActor(from(pseudonymous(actors.secondDesk, digit), command('ApproveVerification', {}, 'desk')))
  const h = history(open(), review(), propose())
  const decision = h.give(approve('1'))
  expect([codeOf(decision), messageOf(decision)]).toEqual(['SAME_PERSON', expect.stringContaining('propose it again')])
  h.give(command('AskInformation', { question: 'Whose account is it?' }, 'desk'))
  h.give(command('ProvideInformation', { note: 'The false supplier’s.' }, 'officer'))
  h.give(withEncryptedActor(from(pseudonymous(actors.desk, '0'), command('ProposeVerification', {}, 'desk'))))
  expect(codeOf(h.give(approve('0')))).toBe('SAME_PERSON')
  h.give(approve('1'))
  expect(h.states()).toContain('verified.ordering')
})

test('no name is a pseudonym', () => {
  expect(isPseudonymous(pseudonymous(actors.judge, '0'))).toBe(true)
  expect(Object.values(actors).filter(isPseudonymous)).toEqual([])
})
