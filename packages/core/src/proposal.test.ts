import { pseudonymousActor } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { areComparable, findFirstProposal, isSamePerson, type ProposedAction, proposalDigestOf } from './proposal.ts'

const tan = 'SG/officer/a.tan'
const lim = 'SG/officer/b.lim'
const pseudonymous = pseudonymousActor(lim, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')

describe('two actors are one person', () => {
  test.each([
    ['by the name in any case', { actor: tan }, { actor: 'SG/officer/A.TAN' }, true],
    ['by one key behind two names', { actor: tan, proof: 'key:one' }, { actor: lim, proof: 'key:one' }, true],
    ['not by two names without proof', { actor: tan, proof: null }, { actor: lim, proof: null }, false],
    ['not by the proof of one of them', { actor: tan, proof: 'key:one' }, { actor: lim, proof: null }, false],
    ['not by the proof of the other', { actor: tan }, { actor: lim, proof: 'key:one' }, false],
    ['not by two keys', { actor: tan, proof: 'key:one' }, { actor: lim, proof: 'key:two' }, false],
  ])('%s', (_how, one, other, same) => expect(isSamePerson(one, other)).toBe(same))

  test('a pseudonym is compared with pseudonyms only', () => {
    expect([areComparable(tan, lim), areComparable(tan, pseudonymous), areComparable(pseudonymous, pseudonymous)]).toEqual([
      true,
      false,
      true,
    ])
  })
})

describe('the first proposal', () => {
  const proposal: ProposedAction = { command: 'Settle', digest: 'same', actor: tan, proof: null, sequence: 3 }
  const find = (over: Partial<ProposedAction>, approver = lim, needsProof = false) =>
    findFirstProposal([{ ...proposal, ...over }], 'Settle', 'same', { actor: approver }, needsProof)

  test('is of another person of the role', () => expect(find({})).toEqual({ by: 'another', proposedBy: tan }))
  test('is of the same person', () => expect(find({}, tan)).toEqual({ by: 'the same person' }))
  test.each([
    ['another command', { command: 'Escalate' }],
    ['other data', { digest: 'other' }],
    ['another country', { actor: 'TL/officer/a.costa' }],
    ['another role', { actor: 'SG/fiu/a.tan' }],
    ['an actor that cannot be compared', { actor: pseudonymous }],
  ])('is not for %s', (_what, over) => expect(find(over)).toEqual({ by: 'none' }))

  test('needs a proof where persons need one', () => {
    expect(find({}, lim, true)).toEqual({ by: 'none' })
    expect(find({ proof: 'key:one' }, lim, true)).toEqual({ by: 'another', proposedBy: tan })
  })
})

test('the digest of a proposal is that of its data without signature, or its blind index', () => {
  const digest = proposalDigestOf('Settle', { verdict: 'genuine' })
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(proposalDigestOf('Settle', { verdict: 'genuine', signed: { jws: 'x' } })).toBe(digest)
  expect(proposalDigestOf('Escalate', { verdict: 'genuine' })).not.toBe(digest)
  const encrypted = { key: 'k', ciphertext: 'AAAA', digest: 'd' }
  expect(proposalDigestOf('Settle', { encrypted: { ...encrypted, blindIndexes: { unsignedDigest: 'index' } } })).toBe('index')
  for (const field of [encrypted, { ...encrypted, blindIndexes: {} }])
    expect(proposalDigestOf('Settle', { encrypted: field })).toMatch(/^[0-9a-f]{64}$/)
})
