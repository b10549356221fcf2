import { ed25519Key, p256Key } from './test-keys.ts'

/** The keys of two countries, and one that is not registered. Singapore's `former` is registered for a limited time. */
export const singapore = ed25519Key('Singapore')
export const hardware = p256Key('Singapore, of its hardware')
export const former = ed25519Key('Singapore, a former one')
export const timorLeste = ed25519Key('Timor-Leste')
export const erasedPerson = ed25519Key('nobody')

export const at = '2024-07-23T02:25:00Z'
/** In seconds since 1970, as in a token. */
export const iat = Date.parse('2024-07-23T02:20:00Z') / 1000
export const later = (seconds: number) => new Date((iat + seconds) * 1000).toISOString()

/** Singapore in a members' file; its former key ends this many seconds after `iat`. */
export const singaporeWith = (formerSeconds: number) => ({
  country: 'SG',
  name: 'Singapore',
  keys: {
    keys: [
      { ...singapore.publicKey, kid: 'k1' },
      { ...hardware.publicKey, kid: 'k2', alg: 'ES256' },
      { ...former.publicKey, kid: 'k0', nbf: iat, exp: iat + formerSeconds },
    ],
  },
})
