import type { Boundary } from '../threat.ts'

export const memberHttp: Boundary = {
  title: 'Member system → HTTP endpoint',
  threats: [
    {
      stride: 'T',
      threat: 'a body has two meanings: a duplicate name, another charset, two lengths or two hosts',
      control: 'The endpoint refuses ambiguous requests, and names the duplicate by its JSON pointer.',
      code: ['packages/http/src/create-http.ts', 'schemas/src/foreign-text.ts'],
      tests: [
        [
          'packages/http/src/create-http.test.ts',
          'with a duplicate member is refused with its JSON pointer',
          'in %s is refused, because it would be misread',
        ],
        ['packages/http/src/conformance.test.ts', 'to a length and chunks at once (9112, 6.3)', 'to a request with two hosts (9112, 3.2)'],
      ],
    },
    {
      stride: 'T',
      threat: 'a request is changed on its way',
      notCovered: 'the engine listens without TLS, which ends in a proxy; by HTTP the sender does not sign the content',
    },
    {
      stride: 'T',
      threat: 'a name or number looks like another by invisible characters',
      control: 'The schemas refuse such characters, and name the field.',
      code: ['schemas/src/texts/characters.ts'],
      tests: [['schemas/src/texts/characters.test.ts', 'a refusal has the pointer of the character’s field']],
      notCovered: 'letters of one alphabet that look alike',
    },
    {
      stride: 'R',
      threat: 'a member denies what it sent or did',
      control: 'The fact has the verified country, role and person inside its hash.',
      code: ['packages/trust/src/chain.ts'],
      tests: [['packages/trust/src/chain.test.ts', 'any change of any fact is found']],
      notCovered: 'by HTTP the engine keeps no token and no signature, so its operator could have invented the act',
    },
    {
      stride: 'I',
      threat: 'a stranger learns which countries and keys exist',
      control: 'An unknown country, an unknown key and a wrong signature get the same refusal.',
      code: ['packages/trust/src/tokens/tokens.ts'],
      tests: [
        [
          'packages/trust/src/tokens/tokens.test.ts',
          'an unknown country, an unknown key and a wrong signature are refused in the same words',
          'a refusal never repeats what was sent',
        ],
      ],
      notCovered: 'the response time: a signature is verified only if the key exists, about 0.1 ms',
    },
    {
      stride: 'I',
      threat: 'a client without a token requests `/health/ready`',
      notCovered: 'its reasons name Redis addresses, file paths and partitions: do not expose it to members',
    },
    {
      stride: 'D',
      threat: 'a member role or person fills the memory of proofs',
      control: 'Each member role has its own quota. One person or institution gets half of it.',
      code: ['packages/trust/src/tokens/proof-memory.ts'],
      tests: [
        [
          'packages/trust/src/tokens/dpop.test.ts',
          'of a side that has used more than are remembered is not taken, and those of others are',
          'of one who has used half of what its side may is not taken, and those of colleagues are',
        ],
      ],
      notCovered: 'two colleagues of one role together; requests refused with 429 count too',
    },
    {
      stride: 'D',
      threat: 'large answers make compression use the processor',
      control: 'Schemas are compressed once. Worker threads compress at most two other answers at a time.',
      code: ['services/desk/src/schemas/get-schemas.ts', 'packages/http/src/compress-answers.ts'],
      tests: [['packages/http/src/manners.test.ts', 'beyond two at once, answers are sent uncompressed']],
      notCovered: 'the cost of sending them',
    },
    {
      stride: 'D',
      threat: 'a client with or without a token sends too much, or never ends',
      control:
        'Quotas per member role and person; late answers to unknown clients; authentication before the body; limits of time, size and connections per address.',
      code: [
        'packages/http/src/rate-limits.ts',
        'packages/http/src/admit.ts',
        'packages/http/src/create-http.ts',
        'packages/http/src/connections.ts',
      ],
      tests: [
        [
          'packages/http/src/admit.test.ts',
          'gets its quota of answers and then 429 with Retry-After, and other roles are not affected',
          'is refused at once a few times, then with growing delays; members are not delayed',
          'reserves a part of its quota for the colleagues of one person, and gives its system all of it',
        ],
        [
          'packages/http/src/connections.test.ts',
          'are closed beyond their limit, and those of another address are not',
          'slow heads from several addresses do not block other clients',
          'a client that does not read its answer is disconnected, and one that does gets all of it',
        ],
        [
          'packages/http/src/conformance.test.ts',
          'no byte of an unknown principal’s body is read',
          'a head that is sent letter by letter must arrive within ten seconds',
        ],
        ['tests/faults/under-attack.test.ts', 'a member reads and its bank answers as usual: %s'],
      ],
      notCovered: 'behind a proxy all unknown clients are one, and all connections have one address; network floods',
    },
    {
      stride: 'E',
      threat: "a bank opens requests, or a country opens one in another's name",
      control: 'Only a token of the requesting country opens its requests.',
      code: ['services/intake/src/accept-request.ts'],
      tests: [
        ['services/intake/src/tokens-at-ingress.test.ts', 'of another country, or of a bank, opens no request in this country’s name'],
        [
          'services/intake/src/post-requests.test.ts',
          'the General Secretariat can neither send nor receive a request, because it would be able to read it',
        ],
      ],
    },
  ],
}
