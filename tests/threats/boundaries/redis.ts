import type { Boundary } from '../threat.ts'

export const redis: Boundary = {
  title: 'Service ↔ Redis',
  threats: [
    {
      stride: 'S',
      threat: "another engine, service or caller uses this engine's Redis keys",
      control:
        "Key names have the engine's prefix and only digests of callers' text. Each service has a user with its own keys and commands.",
      code: ['packages/stores/src/redis/idempotency.ts', 'packages/access/src/backends/redis-users.ts'],
      tests: [
        [
          'packages/stores/src/redis/redis.test.ts',
          'is shared by engines with their own prefixes',
          'keeps the caller’s content out of the key names',
        ],
        [
          'tests/journeys/permissions.test.ts',
          '%s changes its own keys and no others',
          'only intake and ledger read the states of the ledger',
          'no service may run %s',
          'a user without a password or with a wrong one is refused',
        ],
        ['packages/access/src/backends/redis-users.contract.test.ts', 'to %s for its work, and nothing more'],
      ],
      notCovered:
        'intake, dispatch and desk share idempotency keys; a creator of data keys can overwrite them; `infra:up` has no password, on this machine',
    },
    {
      stride: 'T',
      threat: 'Redis loses data, or is restored from an older copy',
      control: 'Owners know their snapshot offsets, and rebuild from the ledger.',
      code: ['packages/stores/src/redis/snapshots.ts', 'packages/request-state/src/write-behind-store.ts'],
      tests: [
        [
          'packages/stores/src/redis/redis-faults.test.ts',
          'reports a flush to the owner of a partition',
          'reports an older copy to the owner of a partition, and returns that copy completely',
        ],
      ],
    },
    {
      stride: 'T',
      threat: 'an attacker changes a stored state but not its snapshot offset',
      control: "Only its service's user can. `holdfast verify` recomputes the hashed resulting states.",
      code: ['packages/access/src/backends/redis-users.ts', 'packages/cli/src/exports/verify-outcomes.ts'],
      tests: [
        ['tests/journeys/permissions.test.ts', '%s changes its own keys and no others'],
        ['packages/cli/src/exports/verify-outcomes.test.ts', 'are found wrong with %s'],
      ],
      notCovered: 'a Redis administrator or holder of that password: a new owner decides on that state before detection',
    },
    {
      stride: 'R',
      threat: 'an answer stored in Redis is denied',
      control: 'Redis proves nothing: the ledger counts.',
      code: ['packages/request-state/src/partition-state.ts'],
      tests: [['packages/request-state/src/partition-state.test.ts', 'of store, owner and log leave the states that the log defines']],
    },
    {
      stride: 'D',
      threat: 'a payment is claimed twice while Redis has lost its data',
      control: 'No payment is claimed before each owner has restored its own.',
      code: ['packages/stores/src/redis/claims.ts'],
      tests: [
        ['packages/stores/src/redis/redis-faults.test.ts', 'accepts no claim after a flush until every owner has restored its partition'],
      ],
    },
    {
      stride: 'E',
      threat: "a caller's text becomes part of a script",
      control: 'Scripts are constant, and texts are their arguments.',
      code: ['packages/stores/src/redis/snapshots.ts'],
      tests: [['packages/stores/src/redis/redis.test.ts', 'keeps the caller’s content out of the key names']],
    },
  ],
}
