import { configSchemaWithPort } from '@holdfast/runtime'
import { expect, test } from 'vitest'
import { refusalOfOldSignIn } from './recent-sign-in.ts'

const now = new Date('2026-03-02T08:00:00Z')
const clock = { now: () => now }
const signedInAt = new Date(now.getTime() - 60_000)
const account = `signIn/${'a'.repeat(43)}`
const wordsFor = (settings: object, signedIn: object) =>
  refusalOfOldSignIn(signedIn, { clock, config: configSchemaWithPort(0).parse(settings) })?.message

test.each([
  [{}, account, undefined],
  [{ HOLDFAST_OIDC_DUAL_APPROVAL_ACR: 'gold  2' }, `${account}?acr=2`, undefined],
  [{ HOLDFAST_OIDC_DUAL_APPROVAL_ACR: 'gold 2' }, `${account}?acr=1`, /required classes \(acr\): gold, 2/],
  [{ HOLDFAST_OIDC_DUAL_APPROVAL_ACR: 'gold' }, account, /required classes \(acr\)/],
  [{ HOLDFAST_OIDC_DUAL_APPROVAL_AMR: 'hwk mfa' }, `${account}?amr=pwd&amr=mfa`, undefined],
  [{ HOLDFAST_OIDC_DUAL_APPROVAL_AMR: 'hwk mfa' }, `${account}?acr=mfa&amr=pwd`, /required methods \(amr\): hwk, mfa/],
  [{ HOLDFAST_OIDC_DUAL_APPROVAL_AMR: 'hwk', HOLDFAST_OIDC_DUAL_APPROVAL_ACR: '2' }, `${account}?acr=2&amr=pwd`, /required methods/],
  // A session from before proofs were stored has none.
  [{ HOLDFAST_OIDC_DUAL_APPROVAL_AMR: 'hwk' }, undefined, /required methods/],
])('with %j, a sign-in with %s is refused with: %s', (settings, proof, words) => {
  const told = wordsFor(settings, { signedInAt, proof })
  if (words === undefined) expect(told).toBeUndefined()
  else expect(told).toMatch(words)
})

test('only sessions are checked', () => {
  const settings = { HOLDFAST_OIDC_DUAL_APPROVAL_AMR: 'hwk' }
  expect(wordsFor(settings, { proof: `key/${'a'.repeat(43)}` })).toBeUndefined()
  expect(wordsFor(settings, { signedInAt: new Date(0), proof: `${account}?amr=hwk` })).toMatch(/more than five minutes old/)
})
