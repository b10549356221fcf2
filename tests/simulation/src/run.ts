import type { Fact, Order } from '@holdfast/payment-stop/language'
import { type DeadLetter, ordersTopic, topics } from '@holdfast/schemas'
import { createMemoryStores, type Perform as PerformStoreCall } from '@holdfast/test-kit/memory-stores'
import { createMemoryLog, createMemoryStreams, type MemoryLog, type Perform as PerformStreamCall } from '@holdfast/test-kit/memory-streams'
import type { Observations, Violation } from '../../checker/observations.ts'
import { type Actors, startActors } from './actors/actors.ts'
import { createChance } from './chance/chance.ts'
import { createFates, type FaultRates } from './chance/fates.ts'
import { beginTime } from './chance/virtual-time.ts'
import { beginChecks } from './checks/begin-checks.ts'
import { checkTopics } from './checks/services.ts'
import { createEmbeddedHost } from './engine/embedded-host.ts'
import { createSimulatedEncryption, type SimulatedEncryption } from './engine/encryption.ts'
import { createEngine } from './engine/engine.ts'
import { createFolders } from './engine/folders.ts'
import { nextVersion } from './engine/next-version.ts'
import { type Backends, type Ports, secret } from './engine/process.ts'
import { createSleepers } from './engine/sleepers.ts'
import { createSupervisor } from './engine/supervisor.ts'
import { judgeErasures } from './judging/erasures.ts'
import { createHistories, type Histories } from './judging/histories.ts'
import { hasEnded, judge, type Promised } from './judging/judge.ts'
import { observationsOf } from './judging/observed.ts'
import { createSometimes, type Milestone, type Sometimes } from './judging/sometimes.ts'
import { takeThrown } from './judging/thrown.ts'
import { breakCode } from './patches.ts'
import { drawPlan, type SimulationPlan } from './simulation-plan.ts'
import { createStorm } from './storm.ts'
import { startUpgrade } from './upgrade.ts'
import type { Workload } from './workloads.ts'

export interface RunOptions {
  readonly seed: number
  readonly requests: number
  readonly rates: FaultRates
  /** Undefined: drawn. */
  readonly workload?: Workload | undefined
  /** The engine is on one file in every run that allows it. */
  readonly embedded?: boolean | undefined
  /** Whether the engine has checks of documents as well. Undefined: drawn. */
  readonly checks?: boolean | undefined
  /** Numbers of faults that do not happen. */
  readonly leftOut?: ReadonlySet<number>
}

export interface RunResult {
  readonly violations: readonly Violation[]
  /** The observations, in the checker's format. */
  readonly observations: Observations
  readonly faults: number
  readonly steps: number
  readonly virtualMs: number
  readonly facts: number
  readonly moments: ReadonlyMap<Milestone, number>
}

const startMs = Date.parse('2026-03-02T08:00:00Z')
const partitions = 2
const second = 1_000
/** The time in which everything must finish after the faults. */
const calmMs = 180 * second
const turnMs = 500
const outMs = 15 * second
/** After this time without faults, officers close what is open. */
const closingMs = 15 * second

/** One run: the seed and the removed faults determine everything in it. */
export async function run({ seed, requests, rates: all, workload, embedded, checks, leftOut = new Set() }: RunOptions): Promise<RunResult> {
  const chance = createChance(seed)
  const plan = drawPlan(all, chance.branch('plan'), { workload, embedded, checks })
  const next = plan.workload === 'upgrade' ? await nextVersion() : undefined
  takeThrown()
  const time = await beginTime(startMs, chance.branch('code').next)
  const fates = createFates(chance.branch('calls'), plan.rates, fault => leftOut.has(fault))
  const sometimes = createSometimes()
  const stores = createMemoryStores({ nowMs: () => Date.now(), isShared: !plan.isOneProcess })
  const folders = createFolders(chance.branch('folders'))
  const hosting = { chance: chance.branch('host'), fates, sometimes, partitions, moreTopics: plan.hasChecks ? checkTopics : [] }
  const host = plan.isEmbedded ? createEmbeddedHost({ ...hosting, folder: folders.root() }) : undefined
  const log = host?.log ?? createMemoryLog({ partitions, nowMs: () => Date.now() })
  const outside = host?.outside ?? ((description: string) => createMemoryStreams({ log, description }))
  const inMemory = (perform: PerformStoreCall & PerformStreamCall): Ports => ({
    streams: createMemoryStreams({ log, perform, description: 'a simulation' }),
    idempotency: stores.idempotency(perform),
    claims: workflow => stores.claims(perform, workflow),
    snapshots: namespace => stores.snapshots(namespace, perform),
  })
  const portsOf: Backends['portsOf'] = (perform, isAlive) => host?.portsOf(isAlive) ?? inMemory(perform)
  const encryption = createSimulatedEncryption(secret)
  const backends = { log, portsOf, fates, folders, sleepers: createSleepers(), encryption, onCall: sometimes.see }
  const engine = createEngine(backends, plan, host)
  const { processes } = engine
  const supervisor = createSupervisor()
  const { broken } = plan
  breakCode(broken && ((caseReference, place) => caseReference === `SG-${broken.number}` && place === broken.place))
  for (const process of processes) supervisor.restart(process, 0)

  const stormy = { chance: chance.branch('storm'), rates: plan.rates, partitions, turnMs }
  const storm = createStorm({ ...stormy, fates, processes, supervisor, log, stores, host, sometimes })
  const profiles = plan.profiles[1]
  const upgrade = next && startUpgrade({ chance: chance.branch('upgrade'), engine, next, profiles, supervisor, sometimes })
  let isClosing = false
  let isOver = false
  const world = {
    chance,
    plan,
    outside,
    engine,
    sometimes,
    isClosing: () => isClosing,
    isOver: () => isOver,
    isNext: () => upgrade?.isDeskNext() ?? false,
    isBack: () => upgrade?.isBack() ?? false,
    beforeTwin: storm.beforeTwin,
    beforeAnswer: storm.beforeAnswer,
  }
  const actors = startActors(world, requests)
  const histories = createHistories()
  const checksBegun = plan.hasChecks ? beginChecks({ ...world, partitions, log }) : undefined
  const look = () => histories.take(recordsOf(log, topics.ledger.name))

  let atMs = 0
  const passUntil = async (untilMs: number, each: () => void, isEnough = () => false): Promise<void> => {
    for (; atMs < untilMs && !isEnough(); atMs += turnMs) {
      await time.runUntil(startMs + atMs)
      each()
    }
  }
  const { stormMs } = plan
  await passUntil(stormMs, storm.blow)
  const isTailLost = () => sometimes.counts.has('cut')
  const isDone = () =>
    actors.haveSent() &&
    (checksBegun?.areDone() ?? true) &&
    mustEnd(actors, isTailLost(), log).every(({ requestId, isRefused }) => isRefused || isAtItsEnd(histories, requestId))
  if (!plan.isEndless) {
    storm.end()
    upgrade?.finish()
    breakCode(undefined)
    actors.sendAfterwards()
    await passUntil(stormMs + closingMs, look, isDone)
    isClosing = true
    await passUntil(stormMs + calmMs, look, isDone)
  }
  isClosing = true
  isOver = true
  // The outbound messages of the last facts are sent.
  await time.runUntil(startMs + atMs + outMs)
  look()
  const isFinished = !plan.isEndless && !isTailLost() && isDone()
  const opened = await openedRecords(encryption, log)
  const observations = observationsOf({ ...actors.seen(), log, partitions, isFinished, endedMs: startMs + atMs, opened })
  const violations = judge(observations, histories, promisedOf(plan, sometimes, log), {
    mustEnd: plan.isEndless ? [] : mustEnd(actors, isTailLost(), log),
    lateOrders: sometimes.counts.get('lateOrder') ?? 0,
  })
  const ofChecks =
    checksBegun?.violations({
      isFinished,
      promised: promisedOf(plan, sometimes, log),
      lateOrders: sometimes.counts.get('lateOrder') ?? 0,
    }) ?? []
  const doneBeforeMs = plan.isEndless || isTailLost() ? undefined : startMs + atMs - outMs
  const ofErasures = await judgeErasures({
    encryption,
    log,
    partitions,
    histories,
    sent: actors.sent,
    doneBeforeMs,
    isTailLost: isTailLost(),
  })
  tellWhatWas(actors, histories, log, sometimes)
  for (const process of processes) process.crash()
  for (const streams of actors.connections) log.forget(streams)
  host?.end()
  folders.remove()
  return {
    violations: [...violations, ...ofChecks, ...ofErasures, ...takeThrown()],
    observations,
    faults: fates.count(),
    steps: time.steps(),
    virtualMs: time.nowMs() - startMs,
    facts: histories.facts(),
    moments: sometimes.counts,
  }
}

/** For each record with encrypted fields, its plaintext and actor, by stored record. */
async function openedRecords(encryption: SimulatedEncryption, log: MemoryLog): Promise<ReadonlyMap<string, string>> {
  const stored = recordsOf(log, topics.ledger.name)
    .flat()
    .filter(({ value }) => value.includes('"encrypted":') || value.includes('"encryptedactor":'))
  const facts = await encryption.asTheyWere(stored.map(({ value }) => JSON.parse(value) as Fact))
  return new Map(stored.map(({ value }, index) => [value, JSON.stringify(facts[index])]))
}

const recordsOf = (log: MemoryLog, topic: string) => Array.from({ length: partitions }, (_, partition) => log.recordsOf(topic, partition))

const isAtItsEnd = (histories: Histories, requestId: string | undefined): boolean =>
  requestId !== undefined && hasEnded(histories, requestId)

/**
 * Requests that were lost with the newest records are not judged; one that is sent after the faults must end. An order
 * that dispatch reports to the operator, because it lost its record, waits for one; runs of requests alone have none.
 */
function mustEnd({ sent, isOperated }: Actors, isTailLost: boolean, log: MemoryLog) {
  if (isTailLost) return sent.filter(({ isAfterwards }) => isAfterwards)
  const waiting = isOperated ? [] : unsureOrders(log)
  return sent.filter(({ requestId }) => !waiting.some(({ subject }) => subject === requestId))
}

function unsureOrders(log: MemoryLog): readonly Order[] {
  const letters = log.topics().includes(topics.deadLetters.name) ? log.recordsOf(topics.deadLetters.name, 0) : []
  return letters
    .map(({ value }) => JSON.parse(value) as DeadLetter)
    .flatMap(({ data }) => (data.topic === ordersTopic('TL').name ? (JSON.parse(data.value) as Order) : []))
}

function promisedOf({ areStoresAlone, isEndless, workload }: SimulationPlan, { counts }: Sometimes, log: MemoryLog): Promised {
  const isRewound = counts.has('rewind')
  // The next version has no stored states yet. Without a committed offset, the record of a moment ago is dispatch's
  // only one, and it reports that (ADR 31).
  const isRecordLost =
    workload === 'upgrade' &&
    recordsOf(log, topics.dispatched.name)
      .flat()
      .some(({ value }) => value.includes('"recordLost"'))
  const isForgotten = counts.has('flush') || isRewound || isRecordLost
  // While two versions run, an endpoint can look for states in another store than the ledger's owners use.
  const areReceiptsKept = areStoresAlone && !isRewound && !isEndless && workload !== 'upgrade'
  return { isForgotten, areReceiptsKept, isTailLost: counts.has('cut') }
}

function tellWhatWas({ sent }: Actors, histories: Histories, log: MemoryLog, sometimes: Sometimes): void {
  for (const { sendings, isRefused } of sent) {
    if (sendings.filter(({ status }) => status === 202).length > 1) sometimes.reached('repeat')
    if (isRefused) sometimes.reached('otherWords')
  }
  if (log.recordsOf(topics.parked.name, 0).length > 0) sometimes.reached('parked')
  if (histories.duplicates() > 0) sometimes.reached('twin')
  for (let n = 0; n < histories.deadlines(); n++) sometimes.reached('deadline')
  if (histories.ofNext() > 0) sometimes.reached('recall')
}
