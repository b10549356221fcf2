import type { Boundary } from '../threat.ts'

export const openidProvider: Boundary = {
  title: 'OpenID provider → desk',
  threats: [
    {
      stride: 'S',
      threat: 'an ID token is forged, or of another sign-in',
      control: 'The desk checks code, PKCE, state, nonce and the signature.',
      code: ['services/desk/src/sign-in/identity-provider.ts'],
      tests: [
        [
          'tests/journeys/signing-in.test.ts',
          'a person whose token another key signed gets no session',
          'a person whose token is for another sign-in gets no session',
        ],
        ['services/desk/src/sign-in/identity-provider.test.ts', 'the redirect has all parameters that protect the callback'],
      ],
    },
    {
      stride: 'S',
      threat: 'the provider asserts a false person',
      notCovered:
        'all countries must trust its operator, which can act for each country ([ADR 34](../adr/0034-sign-in-at-the-desk-by-openid-connect-and-an-encrypted-cookie.md))',
    },
    {
      stride: 'S',
      threat: 'an account has two names, or its sign-in was too weak for dual approval',
      control: 'Issuer and subject identify the person. A setting can require authentication classes and methods.',
      code: ['services/desk/src/sign-in/claims/session-of-claims.ts', 'packages/access/src/recent-sign-in.ts'],
      tests: [
        [
          'services/desk/src/sign-in/claims/session-of-claims.test.ts',
          'the proof names the account, not the person, and how it was authenticated',
        ],
        ['packages/access/src/recent-sign-in.test.ts', 'only sessions are checked'],
        ['services/desk/src/sign-in/identity-provider.test.ts', 'only fresh authentication requires the configured classes'],
      ],
      notCovered: 'without that setting, each way to sign in is enough',
    },
    {
      stride: 'T',
      threat: "the provider's messages are changed on their way",
      control: "In production the provider's address must be `https:`.",
      code: ['services/desk/src/sign-in/settings.ts'],
      tests: [
        ['services/desk/src/sign-in/settings.test.ts', 'production requires a provider, a client and an address, and accepts a secret'],
        ['tests/journeys/signing-in.test.ts', 'a person whose token another key signed gets no session'],
      ],
    },
    {
      stride: 'R',
      threat: 'a person denies having signed in',
      notCovered: "the log names country, role and proof but no person, and is in no chain: the provider's log names the person",
    },
    {
      stride: 'I',
      threat: 'tokens of the provider leak',
      control: 'They stay in the desk and out of the log.',
      code: ['services/desk/src/sign-in/identity-provider.ts'],
      tests: [['services/desk/src/sign-in/identity-provider.test.ts', 'is explained in our own text, and logged without a token']],
    },
    {
      stride: 'D',
      threat: 'the provider does not answer, or thousands of sign-ins return at once',
      control: 'The desk waits ten seconds, for at most 64 sign-ins at once.',
      code: ['services/desk/src/sign-in/identity-provider.ts'],
      tests: [
        [
          'services/desk/src/sign-in/identity-provider.test.ts',
          'is temporary while 64 others are under way, and possible again afterwards',
        ],
        ['tests/journeys/signing-in.test.ts', 'is reported when it does not answer'],
      ],
      notCovered: '64 unfinished sign-ins delay others; sessions continue',
    },
    {
      stride: 'E',
      threat: 'a claim has two roles, an invalid country or an old authentication',
      control: 'The desk refuses such claims.',
      code: ['services/desk/src/sign-in/claims/session-of-claims.ts'],
      tests: [
        [
          'tests/journeys/signing-in.test.ts',
          'is refused where it was asked for a new authentication and reports an old one',
          'a person of no country gets no session',
        ],
        ['services/desk/src/sign-in/claims/session-of-claims.test.ts', 'has no country and no unit, whatever the token claims'],
      ],
      notCovered: 'editors of the claims at the provider decide who is who',
    },
  ],
}
