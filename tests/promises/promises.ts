/** A test of a promise of docs/guarantees.md. */
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
  /** Its name in docs/guarantees.md. */
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
    judge: simulatedRuns('a request that is lost between endpoint and ledger'),
    further: [
      realFaultsOn('embedded', 'losses by a real disk, page cache and process end'),
      realFaultsOn('cluster', 'losses by real brokers, replicas and links'),
      {
        file: 'tests/faults/killed-in-the-middle.test.ts',
        finds: 'a loss at full load, with each request sent twice by twenty clients and verified by the CLI',
      },
      { file: 'tests/faults/graceful-stop.test.ts', finds: 'a request that an orderly stop drops' },
      { file: 'tests/faults/a-backend-away.test.ts', finds: 'an answer other than 503 while Kafka or Redis is down' },
    ],
  },
  {
    promise: 'A repeat: same key, same content',
    judge: simulatedRuns('two requests, or two different receipts, for one key'),
    further: [
      { file: 'tests/journeys/ingress.test.ts', finds: 'a body that differs in the order of its properties; a hundred at once by HTTP' },
      { file: 'tests/journeys/forgotten-keys.test.ts', finds: 'receipts by Kafka, and the order of repeats after a loss' },
    ],
  },
  {
    promise: 'Another document under an old key',
    judge: {
      file: 'tests/journeys/forgotten-keys.test.ts',
      title: 'another document under an expired key is another request, and a repeat of the first gets its receipt, byte for byte',
      finds: 'an expired key that hides a new document',
    },
    further: [simulatedRuns('the same while stores are flushed and processes are killed')],
  },
  {
    promise: 'One payment',
    judge: simulatedRuns('two open requests of a country for one payment'),
    further: [
      { file: 'services/validation/src/open-partition.test.ts', finds: 'histories that change payments often, by property' },
      { file: 'tests/faults/payments-forgotten.test.ts', finds: 'a real Redis that loses the index during claims' },
      { file: arbitration, finds: 'every short interleaving of two owners, by exhaustion' },
    ],
  },
  {
    promise: 'A history',
    judge: simulatedRuns('a broken chain, a gap, or a state that differs from its fact'),
    further: [
      { file: 'tests/replay/replay.test.ts', finds: 'recorded histories with changed states' },
      { file: 'services/desk/src/proof/tampered-exports.test.ts', finds: 'a changed export that verifies' },
      { file: 'tests/vectors/vectors.test.ts', finds: 'hashes that differ in another language' },
    ],
  },
  {
    promise: 'Accepted facts',
    judge: { file: 'services/desk/src/proof/tampered-exports.test.ts', finds: 'a changed, cut or extended export that proves itself' },
    further: [
      { file: 'services/desk/src/proof/witness.test.ts', finds: 'a ledger that no longer continues what a witness saw' },
      { file: 'services/desk/src/proof/sign-trees.test.ts', finds: 'another ledger signed under the same name' },
    ],
  },
  {
    promise: 'A command or an answer',
    judge: simulatedRuns('a command decided twice, not at all, or both refused and applied'),
    further: [
      { file: arbitration, finds: 'every short interleaving of owners, by exhaustion' },
      { file: 'tests/journeys/a-flood-of-refusals.full.test.ts', finds: 'a budget of refusals that floods use up' },
      { file: 'tests/model/model.test.ts', finds: 'a transition of the statechart that real services make differently' },
    ],
  },
  {
    promise: 'Answers to one order',
    judge: simulatedRuns('answers decided out of their order behind a parked request'),
    further: [{ file: 'tests/journeys/answers-about-nothing.test.ts', finds: 'answers without an order, which must delay no other' }],
  },
  {
    promise: 'Money',
    judge: simulatedRuns('amounts that do not add up, and steps without permission'),
    further: [
      { file: 'packages/lifecycle/test/properties/walks.test.ts', finds: 'amounts on random walks without any engine' },
      { file: 'tests/model/model.test.ts', finds: 'a step that the real services allow and the statechart does not' },
      { file: 'tests/journeys/what-happens-to-a-hold.test.ts', finds: 'the notifications of each step' },
    ],
  },
  {
    promise: 'A reader',
    judge: simulatedRuns('a desk that goes back or shows data that is not in the ledger'),
    further: [
      { file: 'tests/faults/damaged-files.test.ts', finds: 'a damaged projection that returns a part as complete' },
      { file: 'tests/visibility/two-worlds.full.test.ts', finds: 'that a country can tell whether a request exists' },
    ],
  },
  {
    promise: 'The work of a desk',
    judge: { file: 'tests/desk/work.test.ts', finds: 'work that is lost, duplicated or missing in its chain' },
    further: [{ file: 'tests/journeys/encrypted-notes.test.ts', finds: 'plaintext in the stored chain' }],
  },
  {
    promise: 'An order',
    judge: simulatedRuns('an order that is missing, duplicated, or without its fact'),
    further: [
      realFaultsOn('embedded', 'an order lost by a full disk or a kill between commit and fsync'),
      realFaultsOn('cluster', 'an order duplicated by paused brokers or elections'),
      { file: 'tests/faults/restore-drill.test.ts', finds: 'old orders that a restored engine repeats' },
      { file: 'tests/faults/older-copy.test.ts', finds: 'orders from a log that is older than the projection' },
      { file: arbitration, finds: 'every short interleaving of two owners, by exhaustion' },
    ],
  },
  {
    promise: 'A notification',
    judge: simulatedRuns('a notification that is missing or wrong'),
    further: [realFaultsOn('embedded', 'a notification lost by a full disk'), realFaultsOn('cluster', 'a notification lost by a broker')],
  },
  {
    promise: 'Webhooks and files',
    judge: { file: 'tests/faults/endpoints.test.ts', finds: 'an order that a slow or failing bank never gets' },
    further: [{ file: 'tests/faults/endpoints-and-kills.test.ts', finds: 'an order lost or duplicated when the engine is killed' }],
  },
  {
    promise: 'A deadline',
    judge: simulatedRuns('a deadline that is reached early, twice or never'),
    further: [
      { file: 'tests/faults/clocks.test.ts', finds: 'a real clock that jumps by days' },
      { file: 'tests/faults/deadlines.test.ts', finds: 'a deadline that is due while the engine is stopped' },
    ],
  },
  {
    promise: 'A record on which code throws',
    judge: simulatedRuns('a parked request that delays others or loses its order'),
    further: [
      { file: 'tests/faults/planted-faults.test.ts', finds: 'the same on real servers, at each of five locations' },
      { file: 'tests/journeys/parked.test.ts', finds: 'the answers that an operator gets' },
    ],
  },
  {
    promise: 'Two versions at once',
    judge: simulatedRuns('a fact that one version skips, or writes before its feature level'),
    further: [{ file: 'tests/faults/rolling-upgrade.test.ts', finds: 'the same with real processes and states in a real Redis' }],
  },
  {
    promise: 'A commit that fails',
    judge: {
      file: 'packages/sqlite/src/hold-until.test.ts',
      title: 'after a rollback the file accepts no writes until every worker that saw the rolled-back work has stopped',
      finds: 'a write that gets in between',
    },
    further: [
      simulatedRuns('losses because of it in the whole engine'),
      realFaultsOn('embedded', 'a real full disk'),
      {
        file: 'packages/streams/src/embedded/embedded-streams.test.ts',
        title: 'a worker that closes after the rollback can’t commit the offset of rolled-back work',
        finds: 'the offset of one worker',
      },
    ],
  },
  {
    promise: 'A truncated log',
    judge: simulatedRuns('a chain that forks, or a request that stays stuck after the loss'),
    further: [
      { file: 'packages/streams/src/kafka/log-truncation.test.ts', finds: 'a real broker with log truncation' },
      { file: 'tests/faults/older-copy.test.ts', finds: 'an embedded log restored from an older copy' },
    ],
  },
  {
    promise: 'A replica that is killed',
    judge: { file: 'tests/faults/killed-in-the-middle.test.ts', finds: 'a partition without an owner' },
    further: [realFaultsOn('cluster', 'a kill while another fault is not over')],
  },
  {
    promise: 'A partition',
    judge: simulatedRuns('two owners whose records count'),
    further: [
      { file: 'packages/streams/src/kafka/rebalance.test.ts', finds: 'real rebalances of real members' },
      { file: arbitration, finds: 'every short interleaving of two owners, by exhaustion' },
    ],
  },
  {
    promise: 'A key that is revoked',
    judge: { file: 'packages/trust/src/registry/registry.test.ts', finds: 'a key that is accepted after its removal from the registry' },
    further: [
      { file: 'services/desk/src/stream/streams.test.ts', finds: 'a stream that continues after the key is removed' },
      { file: 'packages/runtime/src/files/watch-file.test.ts', finds: 'a registry file whose change is not detected' },
    ],
  },
  {
    promise: 'A token that is bound',
    judge: { file: 'tests/journeys/bound-members.test.ts', finds: 'a bound token that is accepted without its proof' },
    further: [{ file: 'services/intake/src/bound-tokens-at-ingress.test.ts', finds: 'each malformed or repeated proof' }],
  },
  {
    promise: 'What was signed',
    judge: { file: 'tests/journeys/signed-events.test.ts', finds: 'a fact that lost or changed its signature' },
    further: [{ file: 'packages/cli/src/signatures/verify-signatures.test.ts', finds: 'a signature that verifies wrongly' }],
  },
  {
    promise: 'Personal data after erasure',
    judge: { file: 'tests/journeys/erased-personal-data.test.ts', finds: 'personal data that is readable after its erasure' },
    further: [
      simulatedRuns('a key that is destroyed without a fact, or not destroyed after one'),
      { file: 'services/dispatch/src/partition/destroy-keys.test.ts', finds: 'an order that is lost with its keys' },
      { file: 'tests/journeys/erased-on-servers.test.ts', finds: 'what a real Redis and Kafka keep' },
    ],
  },
  {
    promise: 'A data key',
    judge: { file: 'packages/encryption/src/redis/redis.test.ts', finds: 'a key that is used before it is durable' },
    further: [{ file: 'packages/encryption/src/embedded/embedded.test.ts', finds: 'the same on a file, and a commit that fails' }],
  },
]
