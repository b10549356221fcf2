import type { WrongToken } from './threat.ts'

export const wrongTokens: readonly WrongToken[] = [
  {
    token: 'forged: changed, or signed by an unknown key; of an unknown key or country',
    message: 'the token is not signed by a key of the member it names',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'forged: changed after it was signed is refused at both endpoints with its own message',
        'signed by an unknown key under the id of a known one is refused at both endpoints with its own message',
        'that brings its key along is refused at both endpoints with its own message',
        'of a key that the member does not have is refused at both endpoints with its own message',
        'of a country that is no member is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'of another country than its key; key confusion between ES256 and Ed25519',
    message: 'the token is not signed by a key of the member it names',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of another country than its key is refused at both endpoints with its own message',
        'of ES256 under the name of an Ed25519 key is refused at both endpoints with its own message',
        'of Ed25519 under the name of an ES256 key is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'of another country than the request',
    answer: '403 `NOT_YOUR_COUNTRY`',
    message: 'The token belongs to',
    tests: [['services/intake/src/tokens-at-ingress.test.ts', 'of another country, or of a bank, opens no request in this country’s name']],
  },
  {
    token: 'for another audience; not yet valid (`nbf`); issued in the future (`iat`)',
    message: 'of the token is missing or not right',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'for another audience is refused at both endpoints with its own message',
        'not yet valid is refused at both endpoints with its own message',
        'of the future is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'expired, or issued over an hour ago to live longer',
    message: 'the token has expired',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'expired is refused at both endpoints with its own message',
        'that would live for a day is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'with `alg` `none`',
    message: 'the token is not signed: its header names the algorithm "none"',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of alg none, with a signature is refused at both endpoints with its own message',
        'of alg none, without a signature is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'key confusion: HS256 with the public key as its secret',
    message: 'the token is signed by an algorithm that is not taken here',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of HS256 with the public key as its secret is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'of a key whose period in the registry has ended or not begun',
    message: 'the key that signed the token is registered for another time',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of a key that has ended is refused at both endpoints with its own message',
        'of a key that has not begun is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: "of a member's or person's revoked key, bound or not, within a second",
    message: 'the key that signed the token is registered no more',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of a revoked key is refused at both endpoints with its own message',
        'of a person’s revoked key is refused at both endpoints, and another person’s is accepted',
      ],
      ['packages/access/src/watch-registries.test.ts', 'a member or operator who is removed from its file is refused within a second'],
      [
        'packages/trust/src/registry/registry.test.ts',
        'the holder of a key that has gone, or that is for another time, learns so; a sender that only names one learns nothing',
      ],
      ['services/intake/src/bound-tokens-at-ingress.test.ts', 'a bound token whose key is revoked is refused with any proof'],
    ],
  },
  {
    token: 'of another person than its key',
    message: 'the key that signed the token is of one person',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of one person, by the key of another is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: "by a country's key, for a person with a key",
    message: 'has a key of its own in the registry',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of a person with a key of its own, by the key of its country is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'of a person, in a role that the registry does not give',
    message: 'of a role (role) that the registry does not give',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'of a person in a role that the registry does not give is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'valid for acts for over ten minutes',
    answer: '401 `TOKEN_TOO_LONG`',
    message: 'seconds at most from iat to exp, and this one lives',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'that would act for more than ten minutes is refused at both endpoints with its own message',
      ],
    ],
  },
  {
    token: 'replayed with the same message',
    answer: '202, the first receipt',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'that is used again with the same request and key gets the same receipt, and so does a newer token',
      ],
    ],
  },
  {
    token: 'replayed with another message, also signed again with the same `jti`',
    answer: '401 `TOKEN_REUSED`',
    message: '(jti) was used for another act',
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'that is used again for anything else is refused with its own message, also with a new signature',
      ],
      [
        'packages/http/src/answer-once.test.ts',
        'can be repeated with the same token, and any other request with that token is refused with its own message',
      ],
    ],
  },
  {
    token: 'bound to a key, without a proof',
    message: 'the DPoP header is missing',
    tests: [['services/intake/src/bound-tokens-at-ingress.test.ts', 'without a proof is refused with its own message and a challenge']],
  },
  {
    token: 'bound, with a changed proof or one by another key',
    message: 'the proof is not signed by the key that the token is bound to',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'with a proof by another key is refused with its own message and a challenge',
        'with a proof that names the key and is signed by another is refused with its own message and a challenge',
        'with a proof that was changed after it was signed is refused with its own message and a challenge',
      ],
    ],
  },
  {
    token: 'bound, with a proof for another method',
    message: 'the proof is for another method (htm)',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'with a proof for another method is refused with its own message and a challenge',
      ],
    ],
  },
  {
    token: 'bound, with a proof for another address or engine',
    message: 'the proof is for another address (htu)',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'with a proof for another address is refused with its own message and a challenge',
        'with a proof for another host is refused with its own message and a challenge',
        'behind a proxy needs proofs for its public address, and for no other',
      ],
    ],
  },
  {
    token: 'bound, with the proof of another token',
    message: 'the proof is for another token (ath)',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'with the proof of another token is refused with its own message and a challenge',
      ],
    ],
  },
  {
    token: 'bound, with an old proof',
    message: 'the proof is older than',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'with a proof of two minutes ago is refused with its own message and a challenge',
      ],
    ],
  },
  {
    token: 'bound, with a proof of the future',
    message: 'the proof is of the future (iat)',
    tests: [
      ['services/intake/src/bound-tokens-at-ingress.test.ts', 'with a proof of the future is refused with its own message and a challenge'],
    ],
  },
  {
    token: 'bound, with a replayed proof',
    message: 'the proof was used before (jti)',
    tests: [['services/intake/src/bound-tokens-at-ingress.test.ts', 'with a used proof is refused, also for the same request']],
  },
  {
    token: 'bound, with a proof of `alg` `none`',
    message: 'the proof is not signed: its header names the algorithm "none"',
    tests: [
      ['services/intake/src/bound-tokens-at-ingress.test.ts', 'with a proof of alg none is refused with its own message and a challenge'],
    ],
  },
  {
    token: 'bound, with a proof of HS256',
    message: 'the proof is signed by an algorithm that is not taken here',
    tests: [
      ['services/intake/src/bound-tokens-at-ingress.test.ts', 'with a proof of HS256 is refused with its own message and a challenge'],
    ],
  },
  {
    token: 'bound, with a proof that carries its private key',
    message: 'the proof carries a private key (jwk)',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'with a proof that carries its private key is refused with its own message and a challenge',
      ],
    ],
  },
  {
    token: 'bound, with two proofs',
    message: 'there are several DPoP headers',
    tests: [['services/intake/src/bound-tokens-at-ingress.test.ts', 'with two proofs is refused, whichever is valid']],
  },
  {
    token: 'bound, with a token as proof',
    message: 'the proof is not of the type',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'with another token for a proof is refused with its own message and a challenge',
      ],
    ],
  },
  {
    token: 'bound, sent as a bearer token',
    message: 'the token is bound to a key (cnf, jkt)',
    tests: [['services/intake/src/bound-tokens-at-ingress.test.ts', 'as a bearer token is refused, with a proof or without']],
  },
  {
    token: 'bound to a key or a certificate, by Kafka',
    message: 'are taken by HTTP alone',
    tests: [['services/intake/src/bound-tokens-at-ingress.test.ts', 'is refused by Kafka with its own message']],
  },
  {
    token: 'unbound, sent with a proof',
    message: 'the token is bound to no key (cnf, jkt)',
    tests: [['services/intake/src/bound-tokens-at-ingress.test.ts', 'is refused if the registry requires binding, and as a DPoP token']],
  },
  {
    token: 'unbound, of a key whose tokens the registry binds',
    message: 'the registry binds tokens of this key',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'is refused if the registry requires binding, and as a DPoP token',
        'is accepted on a connection with that certificate, by the proxy’s header, and on no other',
      ],
    ],
  },
  {
    token: 'bound to a certificate, over another connection',
    message: 'the token is bound to another certificate',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'is accepted on a connection with that certificate, by the proxy’s header, and on no other',
      ],
    ],
  },
  {
    token: 'bound to a certificate, if no proxy is configured to name certificates',
    message: 'the operator must set HOLDFAST_CLIENT_CERT_HEADER',
    tests: [
      [
        'services/intake/src/bound-tokens-at-ingress.test.ts',
        'is refused if no proxy is configured to name certificates, because any client could name one',
      ],
    ],
  },
  {
    token: 'bound to something unknown',
    message: 'the token is bound to something that is not known here (cnf)',
    tests: [['packages/trust/src/tokens/binding.test.ts', 'to %s is refused: nothing would hold it to that']],
  },
]
