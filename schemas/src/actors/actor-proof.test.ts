import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ActorProof, actorProofSchema, formatProof, parseProof, proofSubjectOf } from './actor-proof.ts'

const digest = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 43, maxLength: 43 })
const word = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 })
const proofs: fc.Arbitrary<ActorProof> = fc.oneof(
  fc.record({ by: fc.constant('key' as const), thumbprint: digest }),
  fc.record({ by: fc.constant('folder' as const), name: fc.string({ unit: fc.constantFrom(...'aZ9._@-'), minLength: 1, maxLength: 64 }) }),
  fc.record(
    {
      by: fc.constant('signIn' as const),
      account: digest,
      acr: fc.constantFrom('urn:mace:incommon:iap:silver', 'http://schemas.openid.net/pape/policies/2007/06/multi-factor', '2'),
      amr: fc.array(word, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['by', 'account'] },
  ),
)

test('the proof of an actor is formatted as text and parsed again', () => {
  fc.assert(
    fc.property(proofs, proof => {
      const text = formatProof(proof)
      expect(actorProofSchema.safeParse(text).success).toBe(true)
      expect(parseProof(text)).toEqual(proof)
    }),
    { seed: 20261128 },
  )
})

test('an account identifies one person, however the account was proved', () => {
  const account = 'a'.repeat(43)
  const [once, again] = [
    formatProof({ by: 'signIn', account, amr: ['pwd'] }),
    formatProof({ by: 'signIn', account, acr: '2', amr: ['hwk'] }),
  ]
  expect(proofSubjectOf(once)).toBe(proofSubjectOf(again))
  expect(proofSubjectOf(once)).not.toBe(proofSubjectOf(formatProof({ by: 'key', thumbprint: account })))
})

test.each([
  '',
  'key/short',
  `key/${'a'.repeat(43)}?acr=1`,
  `signIn/${'a'.repeat(43)}?`,
  'folder/',
  'folder/a/b',
  `system/${'a'.repeat(43)}`,
  'key',
])('a text that is not a proof is refused: %j', text => {
  expect(actorProofSchema.safeParse(text).success).toBe(false)
  expect(parseProof(text)).toBeUndefined()
})
