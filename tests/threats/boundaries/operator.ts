import type { Boundary } from '../threat.ts'

export const operator: Boundary = {
  title: 'Operator → operator API and CLI',
  threats: [
    {
      stride: 'S',
      threat: 'an attacker acts as an operator, also after removal of the key',
      control: 'Operators have their own keys, audience and issuer. Their tokens act once. A removed key is refused within a second.',
      code: ['packages/trust/src/operators.ts', 'packages/access/src/watch-registries.ts'],
      tests: [
        [
          'packages/trust/src/operators.test.ts',
          'no other token is one: another key, a member’s token, one of another issuer, a token that has ended, none at all',
        ],
        ['packages/access/src/watch-registries.test.ts', 'a member or operator who is removed from its file is refused within a second'],
        [
          'services/desk/src/operations/act-as-operator.test.ts',
          'acts once: a repeat gets the first answer, and any other action is refused',
        ],
      ],
      notCovered: "an operator's session lasts eight hours, or until sign-out",
    },
    {
      stride: 'T',
      threat: 'a dead letter is sent again with other content',
      control: "A redrive sends the record unchanged. A record that a token identified is not sent in that sender's name.",
      code: ['services/desk/src/dead-letters/redrive.ts'],
      tests: [
        ['tests/journeys/dead-letters.test.ts', 'an operator lists dead letters, previews a redrive, and redrives one exactly once'],
        ['services/desk/src/dead-letters/redrive.test.ts', 'a record that is no order is not sent to institutions'],
      ],
      notCovered: 'a command among dead letters is trusted as before (9)',
    },
    {
      stride: 'R',
      threat: 'an operator denies a redrive',
      control: 'The redrive record and the log name the operator.',
      code: ['services/desk/src/dead-letters/post-redrive.ts', 'services/desk/src/parked/post-redrive.ts'],
      tests: [['tests/journeys/dead-letters.test.ts', 'an operator lists dead letters, previews a redrive, and redrives one exactly once']],
      notCovered: 'the record stays 90 days, in no chain; reads, `backup`, `restore` and `repartition` are not recorded',
    },
    {
      stride: 'I',
      threat: 'an operator reads the cases',
      control: "Members' endpoints do not admit operators.",
      code: ['packages/http/src/admit.ts'],
      tests: [['tests/journeys/operators.test.ts', 'reads operator pages and no member’s data, and a member the reverse']],
      notCovered: 'dead letters stay 90 days; commands and facts in them are encrypted, other records are plaintext, at most 99 at once',
    },
    {
      stride: 'D',
      threat: "an operator's act keeps members from their work",
      control: 'A projection is rebuilt next to the one in use. A redrive runs once. Repartitioning is refused while services run.',
      code: ['services/desk/src/rebuilding/rebuild-projection.ts', 'services/desk/src/dead-letters/get-dead-letters.ts'],
      tests: [
        ['services/desk/src/rebuilding/rebuild-projection.test.ts', 'leaves the current one in use until the new one is complete'],
        ['packages/cli/src/repartition/repartition.test.ts', 'it is refused while a service uses the ledger'],
      ],
      notCovered: 'the operator can stop the engine',
    },
    {
      stride: 'E',
      threat: "another person redrives at an operator's open browser",
      control: "A redrive needs a sign-in within five minutes, on the desk's own page.",
      code: ['packages/access/src/recent-sign-in.ts'],
      tests: [
        [
          'tests/journeys/operators.test.ts',
          'needs a sign-in within five minutes to redrive, not to read',
          'redrives a dead letter from the page of this desk only',
        ],
      ],
      notCovered: "an operator's token has no such limit",
    },
  ],
}
