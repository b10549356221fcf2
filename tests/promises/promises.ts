/** A test that looks at a promise of docs/guarantees.md. */
export interface Look {
  /** The file from the root of the repository. */
  readonly file: string
  /** One test or suite of the file; without it, the whole file. */
  readonly title?: string
  /** What it finds: for a further look, what the first judge can't. */
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
const days = 'three hundred bad days end well, and each has met what every campaign has to try'
const realFaults = 'tests/real-faults/faults/real-faults.test.ts'
const arbitration = 'tests/arbitration/arbitration.test.ts'

/** The checker judges each simulated day by all of its invariants. */
const simulatedDays = (finds: string): Look => ({ file: simulated, title: days, finds })
const realFaultsOn = (engine: 'embedded' | 'cluster', finds: string): Look => ({
  file: realFaults,
  title: engine === 'embedded' ? 'embedded' : 'two of each service, three brokers, and Redis with a copy',
  finds,
})

export const promises: readonly PromiseLooks[] = [
  {
    promise: 'A request that got 202',
    judge: simulatedDays('a request that is lost between endpoint and ledger'),
    further: [
      realFaultsOn('embedded', 'what a real disk, page cache and process end lose'),
      realFaultsOn('cluster', 'what real brokers, replicas and links lose'),
      {
        file: 'tests/faults/killed-in-the-middle.test.ts',
        finds: 'a loss at full load, with each request sent twice by twenty clients and verified by the CLI',
      },
      { file: 'tests/faults/graceful-stop.test.ts', finds: 'a request that an orderly stop drops' },
      { file: 'tests/faults/a-backend-away.test.ts', finds: 'an answer other than 503 while Kafka or Redis is away' },
    ],
  },
  {
    promise: 'The same again, same key and words',
    judge: simulatedDays('two requests, or two different receipts, for one key'),
    further: [
      { file: 'tests/journeys/ingress.test.ts', finds: 'a body that differs in the order of its properties; a hundred at once by HTTP' },
      { file: 'tests/journeys/forgotten-keys.test.ts', finds: 'receipts by Kafka, and the order in which senders ask after a loss' },
    ],
  },
  {
    promise: 'Another document under an old key',
    judge: {
      file: 'tests/journeys/forgotten-keys.test.ts',
      title: 'another document under an old key is another request, and whoever repeats the first gets the first receipt, byte for byte',
      finds: 'an old key that hides a new document',
    },
    further: [simulatedDays('the same while stores forget and processes are killed')],
  },
  {
    promise: 'One payment',
    judge: simulatedDays('two open requests of a country for one payment'),
    further: [
      { file: 'services/validation/src/open-partition.test.ts', finds: 'histories that change payments often, by property' },
      { file: 'tests/faults/payments-forgotten.test.ts', finds: 'a real Redis that forgets the index in the middle of claims' },
      { file: arbitration, finds: 'every short interleaving of two owners, by exhaustion' },
    ],
  },
  {
    promise: 'A history',
    judge: simulatedDays('a broken chain, a gap, or a state that differs from its fact'),
    further: [
      { file: 'tests/replay/replay.test.ts', finds: 'recorded histories that would mean something else' },
      { file: 'services/desk/src/proof/tampered-exports.test.ts', finds: 'a changed export that verifies' },
      { file: 'tests/vectors/vectors.test.ts', finds: 'hashes that another language computes otherwise' },
    ],
  },
  {
    promise: 'What was accepted',
    judge: { file: 'services/desk/src/proof/tampered-exports.test.ts', finds: 'a changed, cut or extended export that proves itself' },
    further: [
      { file: 'services/desk/src/proof/witness.test.ts', finds: 'a ledger that no longer continues what a witness saw' },
      { file: 'services/desk/src/proof/sign-trees.test.ts', finds: 'another ledger signed under the same name' },
    ],
  },
  {
    promise: 'A command or an answer',
    judge: simulatedDays('a command decided twice, not at all, or both refused and applied'),
    further: [
      { file: arbitration, finds: 'every short interleaving of owners, by exhaustion' },
      { file: 'tests/journeys/a-flood-of-refusals.full.test.ts', finds: 'a budget of refusals that floods use up' },
      { file: 'tests/model/model.test.ts', finds: 'a transition of the chart that real services do otherwise' },
    ],
  },
  {
    promise: 'Answers to one order',
    judge: simulatedDays('answers decided out of their order behind a parked request'),
    further: [{ file: 'tests/journeys/answers-about-nothing.test.ts', finds: 'answers to no order, which must hold up no other' }],
  },
  {
    promise: 'Money',
    judge: simulatedDays('amounts that do not add up, and steps by who may not take them'),
    further: [
      { file: 'packages/lifecycle/test/properties/walks.test.ts', finds: 'amounts on random walks without any engine' },
      { file: 'tests/model/model.test.ts', finds: 'a step that the real services allow and the chart does not' },
      { file: 'tests/journeys/what-happens-to-a-hold.test.ts', finds: 'the notifications of each step' },
    ],
  },
  {
    promise: 'Who reads',
    judge: simulatedDays('a desk that goes back or shows what the ledger has not'),
    further: [
      { file: 'tests/faults/damaged-files.test.ts', finds: 'a damaged view that gives a part as if it were whole' },
      { file: 'tests/visibility/two-worlds.full.test.ts', finds: 'that a country can tell whether a request exists' },
    ],
  },
  {
    promise: 'The work of a desk',
    judge: { file: 'tests/desk/work.test.ts', finds: 'work that is lost, doubled or not in its chain' },
    further: [{ file: 'tests/journeys/sealed-work.test.ts', finds: 'plain text in the stored chain' }],
  },
  {
    promise: 'An order',
    judge: simulatedDays('an order that is missing, doubled, or without its fact'),
    further: [
      realFaultsOn('embedded', 'an order lost by a full disk or a kill between commit and fsync'),
      realFaultsOn('cluster', 'an order doubled by brokers that sleep or elect'),
      { file: 'tests/faults/restore-drill.test.ts', finds: 'old orders that a restored engine sends again' },
      { file: 'tests/faults/older-copy.test.ts', finds: 'orders from a log older than the view beside it' },
      { file: arbitration, finds: 'every short interleaving of two owners, by exhaustion' },
    ],
  },
  {
    promise: 'A notice',
    judge: simulatedDays('a notification that is missing or says something else'),
    further: [realFaultsOn('embedded', 'a notification lost by a full disk'), realFaultsOn('cluster', 'a notification lost by a broker')],
  },
  {
    promise: 'Webhooks and files',
    judge: { file: 'tests/faults/endpoints.test.ts', finds: 'an order that a slow or failing bank never gets' },
    further: [{ file: 'tests/faults/endpoints-and-kills.test.ts', finds: 'an order lost or doubled when the engine is killed meanwhile' }],
  },
  {
    promise: 'A deadline',
    judge: simulatedDays('a deadline that passes early, twice or never'),
    further: [
      { file: 'tests/faults/clocks.test.ts', finds: 'a real clock that leaps by days' },
      { file: 'tests/faults/deadlines.test.ts', finds: 'a deadline that passes while the engine is off' },
    ],
  },
  {
    promise: 'A record on which code throws',
    judge: simulatedDays('a parked request that holds up others or loses its order'),
    further: [
      { file: 'tests/faults/planted-faults.test.ts', finds: 'the same on real servers, at each of five places' },
      { file: 'tests/journeys/parked.test.ts', finds: 'the answers that an operator gets' },
    ],
  },
  {
    promise: 'Two versions side by side',
    judge: simulatedDays('a fact that one version passes over, or writes before its level'),
    further: [{ file: 'tests/faults/rolling-upgrade.test.ts', finds: 'the same with real processes and states in a real Redis' }],
  },
  {
    promise: 'A commit that fails',
    judge: {
      file: 'packages/sqlite/src/hold-until.test.ts',
      title: 'after a rollback the file takes no writes until everyone who saw the undone work has stopped',
      finds: 'a write that gets in between',
    },
    further: [
      simulatedDays('what is lost because of it in the whole engine'),
      realFaultsOn('embedded', 'a real full disk'),
      {
        file: 'packages/streams/src/embedded/embedded-streams.test.ts',
        title: 'a worker that closes after the rollback cannot record how far the undone work had come',
        finds: 'the marker of one worker',
      },
    ],
  },
  {
    promise: 'A log that lost its tail',
    judge: simulatedDays('a chain that forks, or a request that stays stuck after the loss'),
    further: [
      { file: 'packages/streams/src/kafka/log-truncation.test.ts', finds: 'a real broker that lost its tail' },
      { file: 'tests/faults/older-copy.test.ts', finds: 'an embedded log that is put back' },
    ],
  },
  {
    promise: 'A replica that is killed',
    judge: { file: 'tests/faults/killed-in-the-middle.test.ts', finds: 'a partition without an owner' },
    further: [realFaultsOn('cluster', 'a kill while another fault is not over')],
  },
  {
    promise: 'A partition',
    judge: simulatedDays('two owners whose work counts'),
    further: [
      { file: 'packages/streams/src/kafka/rebalance.test.ts', finds: 'real rebalances of real members' },
      { file: arbitration, finds: 'every short interleaving of two owners, by exhaustion' },
    ],
  },
  {
    promise: 'A key that is revoked',
    judge: { file: 'packages/trust/src/registry/registry.test.ts', finds: 'a key that counts after it left the registry' },
    further: [
      { file: 'services/desk/src/stream/streams.test.ts', finds: 'a stream that goes on after the key is gone' },
      { file: 'packages/runtime/src/files/watch-file.test.ts', finds: 'a registry file whose change is not seen' },
    ],
  },
  {
    promise: 'A token that is bound',
    judge: { file: 'tests/journeys/bound-members.test.ts', finds: 'a bound token that counts without its proof' },
    further: [{ file: 'services/intake/src/bound-tokens-at-ingress.test.ts', finds: 'each malformed or repeated proof' }],
  },
  {
    promise: 'What was signed',
    judge: { file: 'tests/journeys/signed-events.test.ts', finds: 'a fact that lost or changed its signature' },
    further: [{ file: 'packages/cli/src/signatures/verify-signatures.test.ts', finds: 'a signature that verifies wrongly' }],
  },
  {
    promise: 'Words that were destroyed',
    judge: { file: 'tests/journeys/erased-personal-data.test.ts', finds: 'personal data that is readable after its erasure' },
    further: [
      simulatedDays('a key that is destroyed for no fact, or not destroyed for one'),
      { file: 'services/dispatch/src/partition/destroy-keys.test.ts', finds: 'an order that is lost as its keys go' },
      { file: 'tests/journeys/erased-on-servers.test.ts', finds: 'what a real Redis and Kafka keep' },
    ],
  },
  {
    promise: 'A key of words',
    judge: { file: 'packages/sealing/src/redis/redis.test.ts', finds: 'a key that is used before it is durable' },
    further: [{ file: 'packages/sealing/src/embedded/embedded.test.ts', finds: 'the same on a file, and a commit that fails' }],
  },
]
