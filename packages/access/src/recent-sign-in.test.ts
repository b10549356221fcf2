import { configSchemaWithPort } from '@holdfast/runtime'
import { expect, test } from 'vitest'
import { refusalOfOldSignIn } from './recent-sign-in.ts'

const now = new Date('2026-03-02T08:00:00Z')
const clock = { now: () => now }
const signedInAt = new Date(now.getTime() - 60_000)
const account = `signIn/${'a'.repeat(43)}`
const wordsFor = (settings: object, signedIn: object) =>
  refusalOfOldSignIn('ConfirmFreeze', signedIn, { clock, config: configSchemaWithPort(0).parse(settings) })?.message

test.each([
  [{}, account, undefined],
  [{ HOLDFAST_OIDC_TWO_PERSONS_ACR: 'gold  2' }, `${account}?acr=2`, undefined],
  [{ HOLDFAST_OIDC_TWO_PERSONS_ACR: 'gold 2' }, `${account}?acr=1`, /by a class \(acr\) that it needs: gold, 2/],
  [{ HOLDFAST_OIDC_TWO_PERSONS_ACR: 'gold' }, account, /by a class \(acr\)/],
  [{ HOLDFAST_OIDC_TWO_PERSONS_AMR: 'hwk mfa' }, `${account}?amr=pwd&amr=mfa`, undefined],
  [{ HOLDFAST_OIDC_TWO_PERSONS_AMR: 'hwk mfa' }, `${account}?acr=mfa&amr=pwd`, /by a method \(amr\) that it needs: hwk, mfa/],
  [{ HOLDFAST_OIDC_TWO_PERSONS_AMR: 'hwk', HOLDFAST_OIDC_TWO_PERSONS_ACR: '2' }, `${account}?acr=2&amr=pwd`, /by a method/],
  // Of a session that is older than proofs nothing is known.
  [{ HOLDFAST_OIDC_TWO_PERSONS_AMR: 'hwk' }, undefined, /by a method/],
])('with %j who signed in by %s is asked for more: %s', (settings, proof, words) => {
  const told = wordsFor(settings, { signedInAt, proof })
  if (words === undefined) expect(told).toBeUndefined()
  else expect(told).toMatch(words)
})

test('it is asked of a session alone', () => {
  const settings = { HOLDFAST_OIDC_TWO_PERSONS_AMR: 'hwk' }
  expect(wordsFor(settings, { proof: `key/${'a'.repeat(43)}` })).toBeUndefined()
  expect(wordsFor(settings, { signedInAt: new Date(0), proof: `${account}?amr=hwk` })).toMatch(/more than five minutes ago/)
})
