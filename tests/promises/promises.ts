/** A test of a promise of docs/explain/guarantees.md. */
export interface Look {
  /** The file, from the root of the repository. */
  readonly file: string
  /** One test or suite of the file; without it, the whole file. */
  readonly title?: string
  /** The defects that it finds; for a further test, those that the first cannot. */
  readonly finds: string
}

/** The tests of one promise. */
export interface PromiseLooks {
  /** Its name in docs/explain/guarantees.md. */
  readonly promise: string
  readonly judge: Look
  readonly further: readonly Look[]
}

const simulated = 'tests/simulation/simulate.test.ts'
const seeds = 'three hundred simulated runs keep every promise and reach every milestone'
const realFaults = 'tests/real-faults/faults/real-faults.test.ts'
const arbitration = 'tests/arbitration/arbitration.test.ts'

/** The checker applies all of its invariants to each simulated run. */
const simulatedRuns = (finds: string): Look => ({ file: simulated, title: seeds, finds })
const realFaultsOn = (engine: 'embedded' | 'cluster', finds: string): Look => ({
  file: realFaults,
  title: engine === 'embedded' ? 'embedded' : 'two instances of each service, three brokers, and Redis with a replica',
  finds,
})

export const promises: readonly PromiseLooks[] = [
  {
    promise: 'A request that got 202',
    judge: simulatedRuns('request lost before the ledger'),
    further: [
      realFaultsOn('embedded', 'losses by a real disk or process end'),
      realFaultsOn('cluster', 'losses by real brokers, replicas and links'),
      {
        file: 'tests/faults/killed-in-the-middle.test.ts',
        finds: 'loss at full load, twenty clients',
      },
      { file: 'tests/faults/graceful-stop.test.ts', finds: 'request that an orderly stop drops' },
      { file: 'tests/faults/a-backend-away.test.ts', finds: 'wrong status while a server is down' },
    ],
  },
  {
    promise: 'A repeat: same key, same content',
    judge: simulatedRuns('two requests or receipts for one key'),
    further: [
      { file: 'tests/journeys/ingress.test.ts', finds: 'another property order; a hundred at once' },
      { file: 'tests/journeys/forgotten-keys.test.ts', finds: 'receipts by Kafka; repeats after a loss' },
    ],
  },
  {
    promise: 'Another document under an old key',
    judge: {
      file: 'tests/journeys/forgotten-keys.test.ts',
      title: 'another document under an expired key is another request, and a repeat of the first gets its receipt, byte for byte',
      finds: 'expired key that hides a new document',
    },
    further: [simulatedRuns('the same under flushes and kills')],
  },
  {
    promise: 'One payment',
    judge: simulatedRuns('two open requests for one payment'),
    further: [
      { file: 'services/validation/src/open-partition.test.ts', finds: 'histories that change payments often' },
      { file: 'tests/faults/payments-forgotten.test.ts', finds: 'real Redis that loses the index' },
      { file: arbitration, finds: 'interleavings of two owners' },
    ],
  },
  {
    promise: 'A history',
    judge: simulatedRuns('broken chain, gap, wrong state'),
    further: [
      { file: 'tests/replay/replay.test.ts', finds: 'recorded histories with changed states' },
      { file: 'services/desk/src/proof/tampered-exports.test.ts', finds: 'changed export that verifies' },
      { file: 'tests/vectors/vectors.test.ts', finds: 'hashes that differ in another language' },
    ],
  },
  {
    promise: 'Accepted facts',
    judge: { file: 'services/desk/src/proof/tampered-exports.test.ts', finds: 'changed, cut or extended export' },
    further: [
      { file: 'services/desk/src/proof/witness.test.ts', finds: 'ledger that rewrote witnessed facts' },
      { file: 'services/desk/src/proof/sign-trees.test.ts', finds: 'another ledger signed under the same name' },
    ],
  },
  {
    promise: 'A command or an answer',
    judge: simulatedRuns('command decided twice or never'),
    further: [
      { file: arbitration, finds: 'interleavings of owners' },
      { file: 'tests/journeys/a-flood-of-refusals.full.test.ts', finds: 'refusal budget that floods use up' },
      { file: 'tests/model/model.test.ts', finds: 'transition that real services make differently' },
    ],
  },
  {
    promise: 'Answers to one order',
    judge: simulatedRuns('answers out of order behind parked requests'),
    further: [{ file: 'tests/journeys/answers-about-nothing.test.ts', finds: 'answers without an order that delay others' }],
  },
  {
    promise: 'Money',
    judge: simulatedRuns('wrong amounts, and steps without permission'),
    further: [
      { file: 'workflows/payment-stop/test/lifecycle/properties/walks.test.ts', finds: 'amounts on random walks' },
      { file: 'tests/model/model.test.ts', finds: 'step outside the statechart' },
      { file: 'tests/journeys/what-happens-to-a-hold.test.ts', finds: 'notifications of each step' },
    ],
  },
  {
    promise: 'A reader',
    judge: simulatedRuns('desk that goes back or invents data'),
    further: [
      { file: 'tests/faults/damaged-files.test.ts', finds: 'damaged projection shown as complete' },
      { file: 'tests/visibility/two-worlds.full.test.ts', finds: 'hint that a request exists' },
    ],
  },
  {
    promise: 'The work of a desk',
    judge: { file: 'tests/desk/work.test.ts', finds: 'work lost, duplicated or outside its chain' },
    further: [{ file: 'tests/journeys/encrypted-notes.test.ts', finds: 'plaintext in the stored chain' }],
  },
  {
    promise: 'An order',
    judge: simulatedRuns('order missing, duplicated or without a fact'),
    further: [
      realFaultsOn('embedded', 'loss by full disks or kills'),
      realFaultsOn('cluster', 'repeat by paused brokers or elections'),
      { file: 'tests/faults/restore-drill.test.ts', finds: 'old orders repeated after a restore' },
      { file: 'tests/faults/older-copy.test.ts', finds: 'orders from a log older than projections' },
      { file: arbitration, finds: 'interleavings of two owners' },
    ],
  },
  {
    promise: 'A notification',
    judge: simulatedRuns('notification missing or wrong'),
    further: [realFaultsOn('embedded', 'notification lost by a full disk'), realFaultsOn('cluster', 'notification lost by a broker')],
  },
  {
    promise: 'Webhooks and files',
    judge: { file: 'tests/faults/endpoints.test.ts', finds: 'order that slow banks never get' },
    further: [{ file: 'tests/faults/endpoints-and-kills.test.ts', finds: 'loss or repeat when the engine dies' }],
  },
  {
    promise: 'A deadline',
    judge: simulatedRuns('deadline reached early, twice or never'),
    further: [
      { file: 'tests/faults/clocks.test.ts', finds: 'real clock that jumps by days' },
      { file: 'tests/faults/deadlines.test.ts', finds: 'deadline due while the engine stops' },
    ],
  },
  {
    promise: 'A record on which code throws',
    judge: simulatedRuns('parked request that delays others'),
    further: [
      { file: 'tests/faults/planted-faults.test.ts', finds: 'the same on real servers' },
      { file: 'tests/journeys/parked.test.ts', finds: 'answers that an operator gets' },
    ],
  },
  {
    promise: 'Two versions at once',
    judge: simulatedRuns('fact skipped or written too early'),
    further: [{ file: 'tests/faults/rolling-upgrade.test.ts', finds: 'the same with real processes and Redis' }],
  },
  {
    promise: 'A commit that fails',
    judge: {
      file: 'packages/sqlite/src/hold-until.test.ts',
      title: 'after a rollback the file accepts no writes until every worker that saw the rolled-back work has stopped',
      finds: 'write that gets in between',
    },
    further: [
      simulatedRuns('losses in the whole engine'),
      realFaultsOn('embedded', 'real full disk'),
      {
        file: 'packages/streams/src/embedded/embedded-streams.test.ts',
        title: 'a worker that closes after the rollback can’t commit the offset of rolled-back work',
        finds: 'offset of one worker',
      },
    ],
  },
  {
    promise: 'A truncated log',
    judge: simulatedRuns('forked chain or stuck request'),
    further: [
      { file: 'packages/streams/src/kafka/log-truncation.test.ts', finds: 'real broker with log truncation' },
      { file: 'tests/faults/older-copy.test.ts', finds: 'embedded log from an older copy' },
    ],
  },
  {
    promise: 'A replica that is killed',
    judge: { file: 'tests/faults/killed-in-the-middle.test.ts', finds: 'partition without an owner' },
    further: [realFaultsOn('cluster', 'kill during another fault')],
  },
  {
    promise: 'A partition',
    judge: simulatedRuns('two owners whose records count'),
    further: [
      { file: 'packages/streams/src/kafka/rebalance.test.ts', finds: 'real rebalances of real members' },
      { file: arbitration, finds: 'interleavings of two owners' },
    ],
  },
  {
    promise: 'A key that is revoked',
    judge: { file: 'packages/trust/src/registry/registry.test.ts', finds: 'removed key accepted' },
    further: [
      { file: 'services/desk/src/stream/streams.test.ts', finds: 'stream that outlives its key' },
      { file: 'packages/runtime/src/files/watch-file.test.ts', finds: 'file change not detected' },
    ],
  },
  {
    promise: 'A token that is bound',
    judge: { file: 'tests/journeys/bound-members.test.ts', finds: 'bound token accepted without proof' },
    further: [{ file: 'services/intake/src/bound-tokens-at-ingress.test.ts', finds: 'each malformed or repeated proof' }],
  },
  {
    promise: 'What was signed',
    judge: { file: 'tests/journeys/signed-events.test.ts', finds: 'fact that lost or changed its signature' },
    further: [{ file: 'packages/cli/src/signatures/verify-signatures.test.ts', finds: 'signature that verifies wrongly' }],
  },
  {
    promise: 'Personal data after erasure',
    judge: { file: 'tests/journeys/erased-personal-data.test.ts', finds: 'personal data readable after its erasure' },
    further: [
      simulatedRuns('key destroyed without a fact'),
      { file: 'services/dispatch/src/partition/destroy-keys.test.ts', finds: 'order lost with its keys' },
      { file: 'tests/journeys/erased-on-servers.test.ts', finds: 'what a real Redis and Kafka keep' },
    ],
  },
  {
    promise: 'A data key',
    judge: { file: 'packages/encryption/src/redis/redis.test.ts', finds: 'key used before it is durable' },
    further: [{ file: 'packages/encryption/src/embedded/embedded.test.ts', finds: 'the same on a file' }],
  },
]
