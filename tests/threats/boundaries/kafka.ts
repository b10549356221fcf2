import type { Boundary } from '../threat.ts'

export const kafka: Boundary = {
  title: 'Service ↔ Kafka',
  threats: [
    {
      stride: 'S',
      threat: 'a program writes as a service, or a broker is foreign',
      control: 'Production requires TLS, and SCRAM or a client certificate. A refused client gets the reason.',
      code: ['packages/runtime/src/config/backend-settings.ts', 'packages/streams/src/kafka/refusal.ts'],
      tests: [
        [
          'tests/journeys/secured-backends.test.ts',
          'with brokers that it does not trust',
          'with another user’s password',
          'without a required certificate',
          'with a certificate of another authority',
          'a service with an expired certificate, or with a key that does not match, does not start',
        ],
        [
          'packages/runtime/src/config/backend-settings.test.ts',
          'in production requires TLS and a user for Kafka and Redis, and each missing setting is named',
        ],
      ],
      notCovered: '`HOLDFAST_OPEN_BACKENDS=allow` requires none of it; only the broker knows revoked certificates',
    },
    {
      stride: 'S',
      threat: 'an owner that lost its partition continues to write',
      control:
        'The order of the log decides, and stale facts are ignored ([ADR 1](../adr/0001-let-the-ledgers-order-decide-between-concurrent-owners.md)).',
      code: ['packages/request-state/src/partition-state.ts'],
      tests: [
        ['packages/request-state/src/partition-state.test.ts', 'that are noise are dropped: a repeat, a late one, an early one'],
        ['services/ledger/src/own-partition.test.ts', 'of a stale owner is ignored, and the command is decided by the log'],
      ],
    },
    {
      stride: 'T',
      threat: "a ledger record is changed on a broker's disk",
      control: 'Each fact has a hash, and each batch a checksum.',
      code: ['packages/runtime/src/health/check-ledger.ts', 'packages/trust/src/chain.ts', 'packages/streams/src/kafka/open-fetched.ts'],
      tests: [
        ['packages/trust/src/chain.test.ts', 'any change of any fact is found'],
        [
          'packages/streams/src/kafka/foreign-records.test.ts',
          'on a topic of the engine stops only its partition, which is then not ready',
        ],
      ],
      notCovered: 'on Kafka only `backup`, `verify` and the page check hashes; a writer of `freeze.ledger` can add valid facts',
    },
    {
      stride: 'T',
      threat: 'the end of a log is lost or replaced',
      control: 'Each reader stores a log prefix fingerprint, and reports the loss.',
      code: ['packages/streams/src/log-fingerprints.ts'],
      tests: [
        [
          'packages/streams/src/log-fingerprints.test.ts',
          'match up to the change in a log that was truncated and grew to its former length',
        ],
        [
          'services/desk/src/ledger-consumer/log-truncation.test.ts',
          'report the loss: the requests in the log, and each whole fact as a dead letter',
        ],
      ],
      notCovered: 'the lost records; an engine restored everywhere at once has no reader that detects it',
    },
    {
      stride: 'E',
      threat: 'invalid records are written to `freeze.commands`',
      control: 'They become dead letters, and the ledger continues.',
      code: ['services/ledger/src/read-commands.ts', 'services/ledger/src/own-partition.ts'],
      tests: [
        ['tests/journeys/ingress.test.ts', 'unreadable commands and answers do not stop the ledger'],
        ['services/ledger/src/own-partition.test.ts', 'that no legitimate sender could send becomes a dead letter'],
      ],
      notCovered: 'a well-formed command counts, in each name: a service that may write the topic can give it',
    },
  ],
}
