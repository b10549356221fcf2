import type { Boundary } from '../threat.ts'

export const browser: Boundary = {
  title: 'Browser of a person → desk',
  threats: [
    {
      stride: 'S',
      threat: 'a session is invented, changed, or from another engine',
      control: 'The cookie is encrypted and authenticated with a key from the engine secret.',
      code: ['packages/trust/src/sessions/document-cipher.ts', 'packages/trust/src/sessions/sessions.ts'],
      tests: [
        [
          'packages/trust/src/sessions/sessions.test.ts',
          'that was changed anywhere, cut or made up is none',
          'of another engine, for another purpose, or of a country that has left is none',
        ],
      ],
    },
    {
      stride: 'S',
      threat: 'a session is stolen',
      control:
        'The cookie is `__Host-`, `HttpOnly`, `SameSite=Strict`, for eight hours. Sign-out ends all copies. Dual approval needs a sign-in within five minutes.',
      code: ['packages/http/src/cookies.ts', 'packages/access/src/watch-ended-sessions.ts', 'packages/access/src/recent-sign-in.ts'],
      tests: [
        ['packages/http/src/session-cookie.test.ts', 'is for this host only, and hidden from scripts'],
        [
          'packages/access/src/watch-ended-sessions.test.ts',
          'a session that one process ends is ended at all others, even at one that starts later',
        ],
        [
          'packages/trust/src/sessions/sessions.test.ts',
          'that its person ends counts no more, wherever a copy of it is; another one of the same person does',
        ],
        [
          'tests/journeys/signing-in.test.ts',
          'needs a sign-in within five minutes, and succeeds after signing in again',
          'needs the recent sign-in of both officers for a verification with dual approval',
          'needs no recent sign-in for a verification by one officer',
        ],
        [
          'services/dispatch/src/answers/post-answers.test.ts',
          'that needs dual approval is refused after an old sign-in, in any format, and others are accepted',
        ],
      ],
      notCovered: 'only its holder can end a single session early; a process that cannot read the topic of ended sessions accepts a copy',
    },
    {
      stride: 'S',
      threat: 'another page makes the browser send requests with its session',
      control: 'The desk accepts writes only from its own origin.',
      code: ['packages/http/src/own-origin.ts'],
      tests: [
        ['packages/http/src/own-origin.test.ts', 'is refused: %s with %j', 'is never %j, which an attacker may have pointed here'],
        ['packages/http/src/session-cookie.test.ts', 'can write only from the page of its own desk, and refused bodies are not read'],
      ],
    },
    {
      stride: 'S',
      threat: 'a return path that an attacker began signs a person in as another',
      control: 'A sign-in ends in the browser where it began, once.',
      code: ['services/desk/src/sign-in/tickets.ts', 'services/desk/src/sign-in/return-path.ts'],
      tests: [
        ['tests/journeys/signing-in.test.ts', 'fails with a message where it began in another browser or is used twice'],
        ['services/desk/src/sign-in/return-path.test.ts', '%j leads to the first page instead'],
      ],
    },
    {
      stride: 'T',
      threat: 'text of a document becomes part of the page, or another site frames it',
      control: 'All values are escaped. A content security policy has a new nonce for each answer.',
      code: ['services/desk/src/page/page-headers.ts', 'services/desk/src/page/plain-page.ts'],
      tests: [
        ['services/desk/src/page/serve-page.test.ts', 'is sent at every path of its own, with a new nonce and a policy that contains it'],
        ['services/desk/src/page/plain-page.test.ts', 'a page is self-contained, not cached, and escapes all values'],
        ['tests/desk/every-page.full.test.ts', 'keeps its security policy, and contacts no other origin'],
      ],
    },
    {
      stride: 'R',
      threat: 'a person denies an act or a reveal of a field',
      control: 'The fact has the person. The chain of desk work records a reveal before the field is shown.',
      code: ['services/desk/src/desk-work/post-reveal.ts'],
      tests: [
        [
          'services/desk/src/desk-work/reveal.test.ts',
          'an encrypted field is revealed after the chain has recorded who reveals it and why',
        ],
        ['packages/cli/src/exports/work-log.test.ts', 'finds a changed line'],
      ],
      notCovered: 'no record shows that a person looked at a request',
    },
    {
      stride: 'I',
      threat: 'a person sees data of another country, or more than was shared with the unit',
      control: 'One function decides access, also for units and onward requests.',
      code: ['services/desk/src/access/access-level.ts', 'packages/http/src/admit.ts'],
      tests: [
        [
          'services/desk/src/access/sharing.test.ts',
          'has no access before, and none through another unit or its country',
          'sees only the state if only that is shared: no fact, no name, no account',
          'loses all access when the share is withdrawn, while the parties keep theirs',
        ],
        [
          'services/desk/src/access/case.test.ts',
          'loses the access of its units, also to onward requests',
          'as the addressee sees nothing until that is corrected, and then everything',
        ],
        ['services/desk/src/access/access-level.test.ts', 'the listed audiences are those with access'],
      ],
      notCovered: 'what a person has seen remains known',
    },
    {
      stride: 'I',
      threat: 'figures for the General Secretariat reveal a single request, also by differences',
      control: 'No figure, total or difference of windows shows a group under five.',
      code: ['services/desk/src/payment-stops/analysis/small-cells.ts'],
      tests: [
        [
          'services/desk/src/payment-stops/analysis/windows.test.ts',
          'no window and no difference of two windows reveals a group of fewer than five, for any requests',
          'the difference of 30 and 7 days does not reveal the one request between',
        ],
        [
          'services/desk/src/payment-stops/analysis/small-cells.test.ts',
          'no combination of totals and shown cells of any windows reveals a group of fewer than five',
        ],
        [
          'services/desk/src/payment-stops/analysis/analyse.test.ts',
          'gets the sums of all countries, without institutions, accounts and cells of fewer than five requests',
          'cannot derive the corridor of a region from the total of the region',
        ],
      ],
      notCovered: 'two answers at different moments show one change; the amount of one request among five',
    },
    {
      stride: 'I',
      threat: 'a file next to the page is fetched; an answer is cached, framed or executed',
      control: "Only the page's own assets are served. Headers forbid caching, framing and execution.",
      code: ['services/desk/src/page/serve-page.ts', 'packages/http/src/create-http.ts'],
      tests: [
        ['packages/http/src/create-http.test.ts', 'the answer to %s is not to be stored, and no other page can show it or run it'],
        ['services/desk/src/page/serve-page.test.ts', '%s is none of it'],
        ['packages/http/src/conformance.test.ts', 'to GET is not to be stored (9111, 5.2.2.5)'],
      ],
      notCovered: 'what a person saves or prints',
    },
    {
      stride: 'D',
      threat: 'streams are opened and reset until none is free',
      control: 'Each member has a limited number of streams, and a reset frees its slot. Slow readers are cut.',
      code: ['services/desk/src/stream/stream-slots.ts'],
      tests: [
        [
          'services/desk/src/stream/streams.test.ts',
          '1,500 streams that one member opens and resets at once leave all slots free, also its own',
          'whose reader takes nothing is cut after a while, and holds at most its buffer until then',
        ],
      ],
    },
    {
      stride: 'D',
      threat: 'thousands of requests name one another as parent, and one is shared',
      control: 'A share reaches ten generations, fifty requests a write. A request that fails in the projection is parked.',
      code: ['services/desk/src/projection/access-scope-writer.ts', 'services/desk/src/projection/take-records.ts'],
      tests: [
        [
          'services/desk/src/projection/many-children.test.ts',
          'sharing the first of a chain of 6,500 requests gives access to ten generations and does not block the projection',
          'children of a shared request are written 50 at a time; a withdrawal reaches all of them',
          'when writing a request throws, it is parked and the rest of its batch is stored',
        ],
      ],
      notCovered: 'among thousands of onward requests, a change of access reaches the last one seconds later',
    },
    {
      stride: 'E',
      threat: "a unit gives commands, or members and operators use each other's endpoints",
      control: 'Each endpoint names the roles that it admits.',
      code: ['packages/http/src/admit.ts'],
      tests: [
        ['tests/journeys/operators.test.ts', 'reads operator pages and no member’s data, and a member the reverse'],
        [
          'tests/journeys/sharing.test.ts',
          'a whole request is shared: the unit reads what the parties read, also live, and cannot give commands',
        ],
      ],
    },
    {
      stride: 'E',
      threat: 'a person signs in as any other at the development provider',
      control: '`HOLDFAST_ENV=production` removes that provider.',
      code: ['services/desk/src/sign-in/offer-sign-in.ts'],
      tests: [
        ['tests/journeys/signing-in.test.ts', 'in production no engine starts without a provider'],
        [
          'services/desk/src/sign-in/offer-sign-in.test.ts',
          'a desk without a provider brings its own, warns of it once, and tells clients',
        ],
      ],
      notCovered: '`development` is the default; it listens on this machine alone unless `HOLDFAST_HOST` differs',
    },
  ],
}
