import type { Boundary } from '../threat.ts'

export const memberKafka: Boundary = {
  title: 'Member system → Kafka ingress',
  threats: [
    {
      stride: 'S',
      threat: 'a record has no token or a wrong one',
      control:
        'It becomes a dead letter without a notification. If a valid key signed it, its country gets at most 100 notifications a day.',
      code: ['services/intake/src/on-request.ts', 'packages/access/src/notified-signers.ts'],
      tests: [
        [
          'services/intake/src/on-request.test.ts',
          'a record without an identified sender becomes a dead letter and makes no notification',
          'that has expired makes a hundred notifications a day at most, and further ones the next day',
        ],
        ['services/intake/src/tokens-at-ingress.test.ts', '%s is refused at both endpoints with its own message'],
      ],
    },
    {
      stride: 'S',
      threat: 'a token is read from `freeze.requests` or `freeze.answers` and used',
      control: 'Only intake may read the first topic, and only dispatch the second. A member that signs events is refused with a token.',
      code: ['packages/access/src/backends/table.ts', 'packages/access/src/sender-of-record.ts'],
      tests: [
        [
          'services/intake/src/on-request.test.ts',
          'of a member that must sign its events makes a notification to its country with the offset of the record, and without its content',
        ],
        [
          'tests/journeys/signed-events.test.ts',
          'is required of a sender that the registry lists as signing: its requests by token are refused',
        ],
        [
          'tests/journeys/permissions.test.ts',
          'only ledger writes the ledger, and only intake reads members’ requests',
          '$name, who $about, reads and writes what the table says, and not one topic more',
        ],
      ],
      notCovered:
        'broker administrators can use tokens of members that neither sign nor bind, for ten minutes ([ADR 7](../adr/0007-accept-the-same-bearer-token-by-http-and-by-kafka.md))',
    },
    {
      stride: 'S',
      threat: 'an expired token is used in a record with an old timestamp',
      control: "The broker's time of acceptance decides. On a topic with senders' timestamps, the reading time decides.",
      code: ['packages/streams/src/kafka/topics.ts', 'packages/streams/src/kafka/open-fetched.ts'],
      tests: [
        ['packages/trust/src/tokens/tokens.test.ts', 'a record that waited longer than its token lives is judged by when it was taken'],
        [
          'packages/streams/src/kafka/fetcher.test.ts',
          'of an ingress topic retries a batch with a wrong checksum three times, then continues',
        ],
      ],
    },
    {
      stride: 'S',
      threat: 'a signature is forged, or of another country, person, time or a revoked key',
      control: 'Signatures follow the keys and rules of tokens, and have their own type in the header.',
      code: ['packages/trust/src/tokens/member-keys.ts', 'packages/trust/src/signatures/event-signatures.ts'],
      tests: [
        [
          'packages/trust/src/signatures/event-signatures.test.ts',
          'a signature forged by an unknown key is refused, and the refusal says why',
          'a signature in the name of another country is refused, and the refusal says why',
          'a signature with alg none is refused, and the refusal says why',
          'a signature with ES256 over a key of Ed25519 is refused, and the refusal says why',
          'neither a token is a signature nor a signature a token, even with what it lacks put into it',
          'the key of one person signs for no other person, in no other role, and no other key for that person',
          'only the holder of a key that has left the registry learns that it has',
        ],
      ],
      notCovered: 'the holder of the key',
    },
    {
      stride: 'T',
      threat: 'a signed event is changed, or its signature attached to another event',
      control: 'The signature covers id, source, type and data.',
      code: ['schemas/src/encrypted/signed.ts'],
      tests: [
        ['packages/trust/src/signatures/event-signatures.test.ts', 'another in its id is not signed', 'another in its data is not signed'],
        [
          'services/intake/src/on-request.test.ts',
          'under another id has no identified sender and becomes a dead letter with the reason',
          'of another document has no identified sender and becomes a dead letter with the reason',
        ],
      ],
      notCovered: '`time`, `subject`, the record key and other attributes: no decision depends on them',
    },
    {
      stride: 'T',
      threat: 'a record has a compression bomb, a broken batch, a duplicate header or invalid text',
      control: 'Batches are checked and decompressed within limits. A duplicate identifying header is reported.',
      code: ['packages/streams/src/kafka/record-batch.ts', 'packages/streams/src/kafka/records.ts'],
      tests: [
        [
          'packages/streams/src/kafka/record-batch.test.ts',
          'that would unpack to more than the limit is permanently refused, with every codec',
          'with any byte of its packed records changed is read or refused, and never more than it may be',
        ],
        [
          'packages/streams/src/kafka/records.test.ts',
          'that repeats an identifying header reports it, because readers could use different values',
        ],
      ],
    },
    {
      stride: 'T',
      threat: 'an event comes again, or another event comes under its id',
      control: 'Source and id are the idempotency key. Key and content together identify the request.',
      code: ['services/intake/src/on-request.ts'],
      tests: [
        [
          'tests/journeys/ingress.test.ts',
          'a structured CloudEvent, sent twice, is one request that is verified',
          'the same source and id with another body is answered with a notification',
        ],
      ],
    },
    {
      stride: 'R',
      threat: 'a member denies an event, or claims that it had no answer',
      control: 'Each event of a member gets a notification, with the same content after a crash.',
      code: ['services/intake/src/notification-of-request.ts'],
      tests: [['services/intake/src/on-request.test.ts', 'a request that is refused again after a crash makes an identical notification']],
      notCovered: 'unsigned events, as at 1',
    },
    {
      stride: 'R',
      threat: 'a member denies what it signed, or the operator invents an event',
      control: 'The fact keeps the signature. `holdfast verify --members` checks it without trust in the engine.',
      code: [
        'services/intake/src/accept-request.ts',
        'services/dispatch/src/answers/command-of-answer.ts',
        'packages/cli/src/signatures/verify-signatures.ts',
      ],
      tests: [
        [
          'tests/journeys/signed-events.test.ts',
          'is proved from an export by the keys of the registry, without trust in the engine',
          'cannot be replaced, even if an attacker recomputes the hash chain',
        ],
        [
          'packages/cli/src/signatures/verify-signatures.test.ts',
          'another document',
          'another sum',
          'another actor',
          'one signed event for two facts',
        ],
      ],
      notCovered: 'an omitted event or removed signature; keys that the registry no longer has',
    },
    {
      stride: 'I',
      threat: 'a member reads notifications or orders of another country',
      control: 'Each country has its own topics, and the brokers let only its users read them.',
      code: ['schemas/src/topics.ts', 'packages/access/src/backends/table.ts'],
      tests: [
        [
          'tests/journeys/permissions.test.ts',
          '$name, who $about, reads and writes what the table says, and not one topic more',
          'groups and country topics are limited to the users that share or write them',
        ],
      ],
      notCovered: 'brokers without the rules, which the engine does not check; end offsets of shared topics',
    },
    {
      stride: 'D',
      threat: 'a record stops its partition',
      control:
        'An unreadable record becomes a dead letter with its offset ([ADR 16](../adr/0016-isolate-unreadable-records-at-the-ingress.md)).',
      code: ['packages/runtime/src/records/with-dead-letters.ts'],
      tests: [
        ['tests/journeys/ingress.test.ts', 'a record that is too large as a dead letter is truncated, and the partition continues'],
        ['packages/streams/src/kafka/foreign-records.test.ts', 'is read with every compression, and delays no partition'],
        ['packages/runtime/src/records/with-dead-letters.test.ts', 'processes the others, and stores that one with the reason'],
      ],
    },
    {
      stride: 'D',
      threat: 'a small batch has 100,000 records that become dead letters',
      control: 'A batch over 1,000 records is one dead letter. Unknown senders get 20 dead letters a batch, and 2,000 a partition and day.',
      code: ['packages/streams/src/kafka/open-fetched.ts', 'packages/runtime/src/records/dead-letters.ts'],
      tests: [
        ['packages/streams/src/kafka/record-batch.test.ts', 'with more records than the limit is permanently refused'],
        [
          'packages/runtime/src/records/dead-letters.test.ts',
          'up to twenty records of unknown senders in a batch are stored one by one; one dead letter stands for more',
          'unknown senders can use up the daily quota of one partition, and not that of another',
        ],
        ['tests/faults/under-attack.test.ts', 'a member reads and its bank answers as usual: %s'],
        ['tests/fuzz/fuzz.full.test.ts', 'the campaign finds an attack where its guard is missing'],
      ],
      notCovered: 'a process that restarts begins a new day',
    },
    {
      stride: 'D',
      threat: 'a member fills the topic',
      control: 'Within a batch, the countries alternate.',
      code: ['packages/runtime/src/fair-queue.ts'],
      tests: [
        [
          'packages/runtime/src/fair-queue.test.ts',
          'a principal with one task waits for one task of each other principal, however many they have',
        ],
      ],
      notCovered: "earlier records of the partition come first; a quota for each principal is the broker's",
    },
    {
      stride: 'D',
      threat: "a member joins another's consumer groups and takes its partitions",
      control: "Group names begin with the user's name and a separator that no name may contain.",
      code: ['packages/access/src/backends/table.ts'],
      tests: [
        [
          'packages/access/src/backends/kafka-rules.test.ts',
          'exclude other members of the same country, so one system cannot take the partitions of its institutions',
          'exclude other members and services, for any names in the registry',
        ],
      ],
      notCovered: "a name that begins with another engine's namespace and a dot",
    },
    {
      stride: 'E',
      threat: 'a member is registered under the name of a service or super user',
      control: 'Such names are refused.',
      code: ['packages/access/src/backends/table.ts', 'infra/access.ts'],
      tests: [
        [
          'packages/access/src/backends/kafka-rules.test.ts',
          'may not have the name of a super user that is configured at the brokers',
          'gets all problems at once, and may have any other name',
        ],
      ],
      notCovered: 'super users that `infra:access` does not know',
    },
  ],
  note: 'A Kafka user that writes a topic can also ask for its end offsets. All countries share `freeze.requests` and `freeze.answers`. Each user can therefore count the records of all, but not their senders. A member that does not accept this uses HTTP.',
}
