import { setTimeout as pause } from 'node:timers/promises'
import { type Checkpoint, isSameHash, rootOf, writeCheckpoint } from '@holdfast/proof'
import type { Clock, Logger, Running } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { RequestProjection } from '../projection/request-projection.ts'
import type { CheckpointLog, SignedCheckpoint } from './checkpoint-log.ts'
import type { TreeSigner } from './tree-signer.ts'

/** The trees of this desk under the checkpoints of the engine. */
export interface SignedTrees extends Running {
  readonly signer: TreeSigner
  /** The newest checkpoint of a partition that this desk's tree bears out; undefined where there is none. */
  newest(partition: number): SignedCheckpoint | undefined
  /** Signs what has come since, where that can be done: what can't be reached or must not be signed is in the log. Another desk may have signed more than this one has read, for which it waits a moment. */
  signNow(): Promise<void>
  /** Reads what every desk has signed, and waits a moment where this one is behind that. True where it has come as far, so that who has asked another desk is shown no less here. Throws StreamUnavailableError. */
  catchUp(): Promise<boolean>
}

export interface SigningTimes {
  /** How often a tree that has grown is signed. */
  readonly everyMs: number
  /** Signed at once where it has grown by so many facts. */
  readonly everyFacts: number
  /** How often that is looked at. */
  readonly lookMs: number
}

/** Two desks are some milliseconds apart, but for one that has just been started. */
const aheadMsMax = 2_000
const aheadLookMs = 20

const signingTimes: SigningTimes = { everyMs: 60_000, everyFacts: 10_000, lookMs: 1_000 }

interface SigningDependencies {
  readonly streams: Streams
  readonly views: Pick<RequestProjection, 'treeSize' | 'treeNodes' | 'positions'>
  readonly checkpoints: CheckpointLog
  readonly signer: TreeSigner
  readonly partitions: number
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Signs the head of each tree, once a minute and at each ten thousand facts. Nothing is signed that does not go on from all that was: a desk reads what every desk has signed, holds its own tree to it, appends, and
 * reads back. Where a tree can't go on from what was signed, as the ledger has lost facts or is another one, nothing of that partition is signed any more, and the log says so until somebody begins another tree.
 */
export function createSignedTrees(deps: SigningDependencies, times: SigningTimes = signingTimes): SignedTrees {
  const { streams, views, checkpoints, signer, partitions, clock, log } = deps
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  /** Partitions whose tree must not be signed, with what is wrong. */
  const broken = new Map<number, string>()
  /** What was read of checkpoints of a tree that this desk's own does not reach yet. */
  const ahead = new Map<number, SignedCheckpoint[]>()
  const lookedMs = new Map<number, number>(all.map(partition => [partition, performance.now()]))

  const headOf = (partition: number, size = views.treeSize(partition)) => ({ size, root: rootOf(views.treeNodes(partition), size) })
  const isBorneOut = (partition: number, { size, root }: Checkpoint): boolean =>
    size <= views.treeSize(partition) && isSameHash(headOf(partition, size).root, root)

  async function hasReadAll(partition: number): Promise<boolean> {
    return (views.positions().get(partition) ?? 0) >= (await streams.endOffset(topics.ledger.name, partition))
  }

  /** Reads what was signed, by this desk and others, and holds the trees to it. Throws StreamUnavailableError. */
  async function holdToWhatWasSigned(): Promise<void> {
    const read = await checkpoints.readOn()
    for (const partition of all) {
      const origin = signer.originOf(partition)
      const newest = checkpoints.newest(origin)
      const asked = [...(ahead.get(partition) ?? []), ...read.filter(each => each.origin === origin), ...(newest ? [newest] : [])]
      const size = views.treeSize(partition)
      const beyond = asked.filter(each => each.size > size)
      const wrong = asked.find(each => each.size <= size && !isBorneOut(partition, each))
      ahead.set(partition, beyond.slice(-1))
      const [first] = beyond
      if (wrong) tell(partition, `it has other facts among its first ${wrong.size} than those that were signed`)
      else if (first && (await hasReadAll(partition)) && views.treeSize(partition) < first.size)
        tell(partition, `it has ${views.treeSize(partition)} facts, and ${first.size} were signed`)
      else tell(partition, undefined)
    }
  }

  function tell(partition: number, wrong: string | undefined): void {
    if (broken.get(partition) === wrong) return
    const at = { partition, origin: signer.originOf(partition) }
    if (wrong === undefined) {
      broken.delete(partition)
      log.info(at, 'the tree of a partition goes on from what was signed, and is signed again')
    } else {
      broken.set(partition, wrong)
      log.error(
        at,
        `the tree of a partition does not go on from what this engine has signed: ${wrong}. Nothing of it is signed any more: the ledger has lost facts or is another one, which every witness will see. Tell the member countries, then set HOLDFAST_TREE_NUMBER to the next number`,
      )
    }
  }

  async function signAll(): Promise<void> {
    await holdToWhatWasSigned()
    for (const partition of all) {
      const origin = signer.originOf(partition)
      const head = headOf(partition)
      lookedMs.set(partition, performance.now())
      if (broken.has(partition) || head.size <= (checkpoints.newest(origin)?.size ?? 0)) continue
      const checkpoint = { origin, ...head, extensions: [] }
      await checkpoints.append({ ...checkpoint, note: await signer.sign(writeCheckpoint(checkpoint), origin) }, clock.now())
    }
    // What another desk signed at the same moment may lie before it.
    await catchUp()
  }

  async function catchUp(): Promise<boolean> {
    await holdToWhatWasSigned()
    const untilMs = performance.now() + aheadMsMax
    while (all.some(isAhead) && !isStopped && performance.now() < untilMs) await pause(aheadLookMs)
    return !all.some(isAhead)
  }

  /** More was signed by another desk than this one has read. */
  const isAhead = (partition: number): boolean =>
    !broken.has(partition) && (checkpoints.newest(signer.originOf(partition))?.size ?? 0) > views.treeSize(partition)

  const isDue = (partition: number): boolean => {
    const known = checkpoints.newest(signer.originOf(partition))?.size ?? 0
    const size = views.treeSize(partition)
    return (
      (size - known >= times.everyFacts && !broken.has(partition)) ||
      (size !== known && performance.now() - (lookedMs.get(partition) ?? 0) >= times.everyMs)
    )
  }

  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let isStopped = false

  async function run(): Promise<void> {
    try {
      if (!isStopped) await signAll()
    } catch (error) {
      for (const partition of all) lookedMs.set(partition, performance.now())
      log.warn({ err: error }, 'the trees could not be signed for a moment')
    }
  }

  /** What is under way began before the call, and may lack what came since: so the next one is waited for, which is the same for all who wait. */
  function signNow(): Promise<void> {
    next ??= (running ?? Promise.resolve()).then(() => {
      running = next
      next = undefined
      return run()
    })
    return next
  }

  const timer = setInterval(() => {
    if (next === undefined && all.some(isDue)) void signNow()
  }, times.lookMs)

  return {
    signer,
    newest(partition) {
      if (broken.has(partition)) return undefined
      const newest = checkpoints.newest(signer.originOf(partition))
      return newest && isBorneOut(partition, newest) ? newest : undefined
    },
    signNow,
    catchUp,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await next
      await running
    },
  }
}
