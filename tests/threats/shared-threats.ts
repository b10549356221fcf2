import type { SharedThreat } from './threat.ts'

/** Threats that hold at several boundaries, named by their numbers. */
export const sharedThreats: readonly SharedThreat[] = [
  {
    at: [1, 2, 3],
    stride: 'S',
    threat: 'a token is forged, confused, expired, revoked or of another role',
    control:
      "The engine searches the key among those of the token's country. The key decides the algorithm ([wrong tokens](#wrong-tokens)).",
    code: [
      'packages/trust/src/tokens/tokens.ts',
      'packages/trust/src/tokens/jwt.ts',
      'services/dispatch/src/answers/on-answer.ts',
      'services/dispatch/src/answers/post-answers.ts',
    ],
    tests: [
      [
        'packages/trust/src/tokens/tokens.test.ts',
        'a key of one country can not speak for another, though both are named alike',
        'no algorithm but that of the key is taken, whatever the header says',
        'each claim is needed and must be right',
      ],
      ['tests/journeys/what-happens-before-a-hold.test.ts', 'an answer without a valid token does not become a fact'],
      ['services/dispatch/src/answers/post-answers.test.ts', '%s may not answer orders'],
    ],
  },
  {
    at: [1, 3],
    stride: 'S',
    threat: 'a stolen token is used',
    control: "It ends within an hour, or within a second of its key's removal. By HTTP it acts once.",
    code: ['packages/access/src/watch-registries.ts', 'packages/http/src/answer-once.ts'],
    tests: [
      ['packages/access/src/watch-registries.test.ts', 'a member or operator who is removed from its file is refused within a second'],
      ['services/desk/src/stream/streams.test.ts', 'ends when its key is revoked, and says so; other streams continue'],
    ],
    notCovered: 'an unbound token reads until it ends, and acts once at each engine that knows its key, if its owner has not used it',
  },
  {
    at: [1, 3],
    stride: 'S',
    threat: 'a stolen token is used that is bound to a key or certificate',
    control: 'Each use needs a proof of possession. Code that does not check proofs accepts no bound token.',
    code: ['packages/trust/src/tokens/binding.ts', 'packages/trust/src/tokens/dpop.ts', 'packages/http/src/holding.ts'],
    tests: [
      [
        'packages/trust/src/tokens/binding.test.ts',
        'is of who shows at each use that he holds what it is bound to, also once it is remembered',
        '%s, tokens that are not bound so are refused in words of its own',
      ],
      ['tests/journeys/bound-members.test.ts', 'a thief with its token but not its key reads nothing and does nothing'],
    ],
    notCovered: 'a holder of the signing key binds tokens to its own key; a stream that is open when the registry begins to bind',
  },
  {
    at: [1, 3],
    stride: 'S',
    threat: 'a proof of possession is intercepted and sent again',
    control: 'A proof is for one method, address and token. It counts once, for a minute plus clock difference.',
    code: ['packages/trust/src/tokens/dpop.ts', 'packages/trust/src/tokens/proof-memory.ts'],
    tests: [
      [
        'packages/trust/src/tokens/dpop.test.ts',
        'counts once, for as long as it could be used again',
        'counts once also where it came right before others were forgotten, to the last moment of its time',
        'for another host is refused in its own words',
      ],
    ],
    notCovered: 'within three minutes, at another replica or after a restart, it reads once more; it never acts twice',
  },
  {
    at: [1, 3],
    stride: 'S',
    threat: 'a client names a certificate that it does not have',
    control: 'The certificate header counts only if a setting says that a proxy sets it.',
    code: ['packages/http/src/holding.ts', 'packages/http/src/client-certificate.ts'],
    tests: [
      [
        'packages/http/src/holding.test.ts',
        'a certificate header is ignored if no proxy sets it',
        'another, a missing and an unreadable certificate are each refused with their own message',
      ],
    ],
    notCovered: "a proxy that passes on a client's header; a client that reaches the endpoint without the proxy",
  },
  {
    at: [1, 2, 3, 6],
    stride: 'S',
    threat: 'a member system names an invented person, or one person twice',
    control: 'Dual approval needs a key or sign-in of each person ([ADR 54](../adr/0054-register-every-key-for-exactly-one-owner.md)).',
    code: ['packages/core/src/dual-approval.ts', 'packages/trust/src/registry/key-owners.ts'],
    tests: [
      ['packages/trust/src/registry/key-owners.test.ts', 'names no person who has a key of its own, however the name is written'],
      [
        'tests/journeys/persons-of-their-own.test.ts',
        'once a country has persons with keys, two names in its systems’ tokens do not count as different persons',
      ],
      [
        'packages/access/src/directory/persons-need-proof.test.ts',
        'dual approval needs proved persons in production, and in development for countries with persons in the registry',
      ],
    ],
    notCovered:
      "persons that a country's key names for acts of one person; in development, all persons of a country without registered persons",
  },
  {
    at: [1, 2, 3, 6],
    stride: 'S',
    threat: 'one person approves alone behind two pseudonyms or an unreadable name',
    control: 'On one request, a person has one pseudonym, and each key or account is one person. An incomparable person cannot approve.',
    code: ['packages/core/src/proposal.ts'],
    tests: [
      [
        'workflows/payment-stop/src/lifecycle/dual-approval-pseudonyms.test.ts',
        'is approved by two pseudonyms of one member role; each fact has its encrypted actor, and the second has the pseudonym of the first',
        'that was proposed before names were encrypted has to be proposed again, because the persons cannot be compared',
        'one key is one person under two pseudonyms',
      ],
      [
        'tests/journeys/actor-pseudonyms.test.ts',
        'stay distinct as pseudonyms: approval is offered to another officer, not to the proposer',
      ],
    ],
  },
  {
    at: [1, 3, 6, 12],
    stride: 'I',
    threat: 'others learn of a request: by ids, counts, cursors, searches, waiting or exports',
    control:
      'One function decides access. Unknown and forbidden ids get the same answer, work and waiting time. Cursors are encrypted per country.',
    code: [
      'services/desk/src/access/access-level.ts',
      'services/desk/src/cursors/cursor-codec.ts',
      'services/desk/src/ledger-consumer/expected-requests.ts',
      'services/desk/src/search/search-index.ts',
      'services/dispatch/src/answers/find-requests.ts',
    ],
    tests: [
      ['tests/journeys/the-desk.test.ts', 'shows nothing to a third country, not even that the request exists (V16)'],
      [
        'tests/visibility/two-worlds.full.test.ts',
        'V16: without being a party, a country cannot tell whether a request exists: every answer and every topic is the same to the byte',
      ],
      [
        'tests/visibility/matrix.test.ts',
        'the table has every route of the services and no other',
        'a topic of a country contains requests only to which the country is a party',
      ],
      [
        'services/desk/src/stream/streams.test.ts',
        'reveals nothing by its ids: one length, never the same text, useless to another country',
      ],
      [
        'services/desk/src/ledger-consumer/expected-requests.test.ts',
        'another country waits as long as for an unknown id, whatever happens to the request meanwhile',
      ],
      ['services/desk/src/search/search.test.ts', "takes as long for other countries' data as for unknown terms, in any amount"],
      [
        'services/dispatch/src/answers/on-answer.test.ts',
        'costs the same time and work as one about no request, so that neither reveals the request',
      ],
      ['services/desk/src/desk.test.ts', 'shows each country the requests with access'],
      [
        'services/desk/src/projection/request-projection.test.ts',
        'a party of a child sees its state; any other country sees that it exists and which money it follows',
      ],
    ],
    notCovered:
      'a later requester learns that another country requested the same payment, unless excluded; an export is plaintext for each holder',
  },
  {
    at: [2, 3, 11],
    stride: 'I',
    threat: 'a log reveals tokens, names or accounts, or a dead letter a token',
    control: 'Logs have ids and states only. Dead letters leave the token out.',
    code: ['packages/runtime/src/records/dead-letters.ts', 'packages/runtime/src/log.ts'],
    tests: [
      ['packages/runtime/src/records/dead-letters.test.ts', 'the token is left out, however its header is written'],
      ['packages/runtime/src/log.test.ts', 'neither form contains a token'],
      ['tests/journeys/logs.test.ts', 'no log has personal data or a token in it, whatever was done and refused'],
      ['workflows/payment-stop/src/rules/assess.test.ts', 'no finding shows a name or an account number'],
    ],
  },
  {
    at: [9, 10],
    stride: 'I',
    threat: 'an attacker reads topics, Redis, a connection, or a password in a log',
    control:
      'Production requires TLS and password files. Each service reads only its own topics and keys. Logged addresses omit passwords.',
    code: [
      'packages/runtime/src/backends/backend-security.ts',
      'packages/access/src/backends/table.ts',
      'packages/runtime/src/config/backend-settings.ts',
      'packages/runtime/src/config/read-config.ts',
      'packages/stores/src/redis/connection.ts',
    ],
    tests: [
      [
        'tests/journeys/secured-backends.test.ts',
        'the services, each with its own user, take a request from Kafka to recovered without a refused operation',
        'a service with a wrong Redis password reports it until the password is right again',
      ],
      ['tests/journeys/permissions.test.ts', '$name, who $about, reads and writes what the table says, and not one topic more'],
      ['packages/runtime/src/config/config.test.ts', 'a problem does not show a password'],
      ['packages/stores/src/redis/redis.test.ts', 'describes itself without the password'],
    ],
    notCovered:
      "[plaintext](encryption.md) in records outside the ledger, on brokers' disks; amounts, codes and case references in Redis states",
  },
  {
    at: [9, 11],
    stride: 'I',
    threat: 'expired data is read from a disk, a database file or its log',
    control:
      'Data is stored in segments of a tenth of the retention, removed whole and zeroed in SQLite. Topics with longer retention are corrected.',
    code: [
      'packages/streams/src/kafka/topic-settings.ts',
      'packages/streams/src/embedded/segments.ts',
      'packages/streams/src/embedded/prune.ts',
    ],
    tests: [
      [
        'packages/streams/src/kafka/forgotten-bytes.test.ts',
        'leaves no byte in the files, even when no more records arrive',
        'leaves no byte in the files while records keep arriving',
        'expires in the same time on an existing topic with a longer retention, which is logged once; a shorter retention is kept',
      ],
      [
        'tests/journeys/secured-backends.test.ts',
        'a service reports a topic with a too long retention and leaves it to the broker’s administrator',
      ],
      [
        'packages/streams/src/embedded/forgotten-bytes.test.ts',
        'leaves no byte in any file once all have expired, and permanent records are complete',
        'leaves no byte in any file at most a tenth of its retention later, while records arrive daily',
        'is erased at the next start when the engine was killed after its removal',
      ],
    ],
    notCovered: 'data until then; a stopped engine; pages of files from earlier versions; blocks that a disk or snapshot keeps',
  },
  {
    at: [9, 11],
    stride: 'R',
    threat: 'a service denies a record, or an operator denies a backup or restore',
    notCovered: 'no signature shows which process wrote a record; backups and restores are not recorded',
  },
  {
    at: [1, 2, 3],
    stride: 'D',
    threat: 'a header or `datacontenttype` blocks the process while it is read',
    control: 'One pass over at most 256 characters. Each header has a limit. Such records become dead letters, or senders are notified.',
    code: [
      'schemas/src/media-type.ts',
      'packages/http/src/create-http.ts',
      'packages/access/src/sender-of-record.ts',
      'services/dispatch/src/answers/read-answers.ts',
    ],
    tests: [
      [
        'services/intake/src/tokens-at-ingress.test.ts',
        'a request without a token, with a content-type that is built to slow down a parser, is refused at once',
      ],
      [
        'packages/http/src/create-http.test.ts',
        'content-type without a token at %s, made to be read slowly, is refused at once',
        '%s may have at most %i characters',
      ],
      ['tests/faults/under-attack.test.ts', 'a member reads and its bank answers as usual: %s'],
      ['tests/fuzz/fuzz.full.test.ts', 'the campaign finds an attack where its guard is missing'],
      [
        'services/intake/src/on-request.test.ts',
        'in %s, and any signature, becomes a dead letter at once with its reason',
        'and a token is refused at once, and its sender is notified',
      ],
      ['schemas/src/read-event.test.ts', 'as the datacontenttype of an event in structured mode', 'as the content-type of an event by %s'],
      [
        'services/dispatch/src/answers/on-answer.test.ts',
        'in %s, and any signature, becomes a dead letter at once with its reason',
        'and a token is refused at once, and its sender is notified',
      ],
    ],
  },
  {
    at: [9, 10],
    stride: 'D',
    threat: 'Kafka or Redis is away, hangs, is full or evicts; partitions are added',
    control: 'All waiting has time limits. Readiness reports the fault. Records of added partitions are not consumed.',
    code: [
      'packages/streams/src/kafka/kafka-streams.ts',
      'packages/runtime/src/partitions/watch-partitions.ts',
      'packages/stores/src/redis/connection.ts',
    ],
    tests: [
      ['packages/streams/src/kafka/kafka-streams.test.ts', 'fails a publish as unavailable after its time limit'],
      ['tests/faults/a-backend-away.test.ts', 'Kafka killed: 503, and the same key works once it is back'],
      ['packages/runtime/src/partitions/watch-partitions.test.ts', 'is not written, and its records are not consumed'],
      [
        'packages/stores/src/redis/redis-faults.test.ts',
        'is reported within a second when its process is suspended, and used again when it continues',
        'is reported when it has no memory left',
        'logs a warning when it may evict keys',
      ],
    ],
  },
  {
    at: [1, 2, 3, 6],
    stride: 'E',
    threat: 'one person performs an act that needs dual approval',
    control: 'The first command is a proposal without effect. Another person must send the same command.',
    code: ['workflows/payment-stop/src/lifecycle/proposal.ts', 'workflows/payment-stop/src/lifecycle/statechart.ts'],
    tests: [
      [
        'workflows/payment-stop/src/lifecycle/dual-approval.test.ts',
        'the first command is a proposal without effect, the second one is the approval, and the fact names both persons',
      ],
      [
        'workflows/payment-stop/src/lifecycle/dual-approval-proof.test.ts',
        'cannot be proposed or approved by a person that only a key of the country vouches for',
        'is approved by a key and a sign-in too, but not by one account under two names',
      ],
      [
        'workflows/payment-stop/src/lifecycle/statechart.test.ts',
        'not of one person twice, not without a proposer, and not without a proposal',
      ],
      ['packages/trust/src/tokens/tokens.test.ts', 'a person is one person however the name is written'],
      [
        'services/dispatch/src/answers/post-answers.test.ts',
        'by a second officer under the first one’s id is refused, because it would be a repeat and no approval',
      ],
      [
        'services/dispatch/src/answers/bank-messages.test.ts',
        'for dual approval, the same message from another officer is that officer’s approval',
      ],
    ],
    notCovered: 'a human registered under two names; in development, a country without registered persons',
  },
  {
    at: [2, 9],
    stride: 'E',
    threat: 'a member or compromised service writes commands or facts, sets partition counts, or reads messages',
    control: 'One table has all permissions, and the brokers enforce it.',
    code: ['packages/access/src/backends/table.ts', 'infra/access.ts'],
    tests: [
      [
        'tests/journeys/permissions.test.ts',
        '$name, who $about, reads and writes what the table says, and not one topic more',
        'only ledger writes the ledger, and only intake reads members’ requests',
        'a second run changes nothing, and removes a permission that is not in the table',
      ],
      [
        'tests/journeys/secured-backends.test.ts',
        'the services, each with its own user, take a request from Kafka to recovered without a refused operation',
      ],
    ],
    notCovered:
      "brokers without the rules; a holder of the ledger's credentials writes valid facts; the standalone process is every service",
  },
  {
    at: [8, 12],
    stride: 'E',
    threat: 'text from outside controls the terminal of an operator or verifier',
    control: 'Output for terminals contains no control characters from outside.',
    code: ['schemas/src/texts/characters.ts', 'packages/cli/src/terminal.ts', 'packages/runtime/src/log.ts'],
    tests: [
      ['packages/cli/src/hostile.test.ts', 'nothing that a terminal acts on comes out of command %#'],
      ['packages/runtime/src/log.test.ts', 'on a terminal, a line is readable, immediate, and free of control characters'],
      ['packages/cli/src/offline.test.ts', 'an export cannot control the terminal'],
    ],
  },
]
