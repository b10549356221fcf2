import { setTimeout as pause } from 'node:timers/promises'
import { type Checkpoint, isSameHash, rootOf, writeCheckpoint } from '@holdfast/proof'
import type { Clock, Logger, Running } from '@holdfast/runtime'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import type { RequestProjection } from '../projection/request-projection.ts'
import type { CheckpointLog, SignedCheckpoint } from './checkpoint-log.ts'
import type { TreeSigner } from './tree-signer.ts'

/** The trees of this desk with the checkpoints of the engine. */
export interface SignedTrees extends Running {
  readonly signer: TreeSigner
  /** The newest checkpoint of a partition that is consistent with this desk's tree, if any. */
  newest(partition: number): SignedCheckpoint | undefined
  /**
   * Signs trees that have grown, if possible, and logs what prevents it. Waits a moment for facts that another desk has
   * signed and this one has not read.
   */
  signNow(): Promise<void>
  /**
   * Reads all checkpoints and waits a moment if this desk is behind them. True if it has caught up, so that callers see
   * no less than at another desk. Throws StreamUnavailableError.
   */
  catchUp(): Promise<boolean>
}

export interface SigningTimes {
  /** Maximum age of the checkpoint of a tree that has grown. */
  readonly everyMs: number
  /** A tree that has grown by this many facts is signed at once. */
  readonly everyFacts: number
  /** How often that is checked. */
  readonly checkMs: number
}

/** Two desks are some milliseconds apart, unless one has just started. */
const catchUpMsMax = 2_000
const catchUpCheckMs = 20

const signingTimes: SigningTimes = { everyMs: 60_000, everyFacts: 10_000, checkMs: 1_000 }

interface SigningDependencies {
  readonly ledgers: Pick<JoinedLedgers<unknown>, 'endOffset' | 'partitions'>
  readonly views: Pick<RequestProjection, 'treeSize' | 'treeNodes' | 'positions'>
  readonly checkpoints: CheckpointLog
  readonly signer: TreeSigner
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Signs the head of each tree, once a minute and after ten thousand facts. A head is signed only if it is consistent
 * with all earlier checkpoints: a desk reads all checkpoints, compares its own tree, appends and reads back. If a tree
 * is inconsistent, because the ledger has lost facts or was replaced, that partition is no longer signed. The log says
 * so until an operator starts another tree.
 */
export function createSignedTrees(deps: SigningDependencies, times: SigningTimes = signingTimes): SignedTrees {
  const { ledgers, views, checkpoints, signer, clock, log } = deps
  const all = Array.from({ length: ledgers.partitions }, (_, partition) => partition)
  /** Partitions whose tree must not be signed, and why. */
  const broken = new Map<number, string>()
  /** Checkpoints beyond this desk's tree. */
  const ahead = new Map<number, SignedCheckpoint[]>()
  const checkedMs = new Map<number, number>(all.map(partition => [partition, performance.now()]))

  const headOf = (partition: number, size = views.treeSize(partition)) => ({ size, root: rootOf(views.treeNodes(partition), size) })
  const isConsistent = (partition: number, { size, root }: Checkpoint): boolean =>
    size <= views.treeSize(partition) && isSameHash(headOf(partition, size).root, root)

  async function hasReadAll(partition: number): Promise<boolean> {
    return (views.positions().get(partition) ?? 0) >= (await ledgers.endOffset(partition))
  }

  /** Reads new checkpoints of all desks and compares the trees with them. Throws StreamUnavailableError. */
  async function compareWithCheckpoints(): Promise<void> {
    const read = await checkpoints.readNew()
    for (const partition of all) {
      const origin = signer.originOf(partition)
      const newest = checkpoints.newest(origin)
      const toCompare = [...(ahead.get(partition) ?? []), ...read.filter(each => each.origin === origin), ...(newest ? [newest] : [])]
      const size = views.treeSize(partition)
      const beyond = toCompare.filter(each => each.size > size)
      const wrong = toCompare.find(each => each.size <= size && !isConsistent(partition, each))
      ahead.set(partition, beyond.slice(-1))
      const [first] = beyond
      if (wrong) setBroken(partition, `its first ${wrong.size} facts differ from the signed ones`)
      else if (first && (await hasReadAll(partition)) && views.treeSize(partition) < first.size)
        setBroken(partition, `it has ${views.treeSize(partition)} facts, but ${first.size} were signed`)
      else setBroken(partition, undefined)
    }
  }

  function setBroken(partition: number, wrong: string | undefined): void {
    if (broken.get(partition) === wrong) return
    const at = { partition, origin: signer.originOf(partition) }
    if (wrong === undefined) {
      broken.delete(partition)
      log.info(at, 'The tree of a partition is consistent with its checkpoints again. Signing continues')
    } else {
      broken.set(partition, wrong)
      log.error(
        at,
        `The tree of a partition is inconsistent with the checkpoints of this engine: ${wrong}. It is no longer signed. The ledger has lost facts or was replaced, and every witness will see that. Inform the member countries, then set HOLDFAST_TREE_NUMBER to the next number`,
      )
    }
  }

  async function signAll(): Promise<void> {
    await compareWithCheckpoints()
    for (const partition of all) {
      const origin = signer.originOf(partition)
      const head = headOf(partition)
      checkedMs.set(partition, performance.now())
      if (broken.has(partition) || head.size <= (checkpoints.newest(origin)?.size ?? 0)) continue
      const checkpoint = { origin, ...head, extensions: [] }
      await checkpoints.append({ ...checkpoint, note: await signer.sign(writeCheckpoint(checkpoint), origin) }, clock.now())
    }
    // The checkpoint of another desk at the same moment may precede it.
    await catchUp()
  }

  async function catchUp(): Promise<boolean> {
    await compareWithCheckpoints()
    const untilMs = performance.now() + catchUpMsMax
    while (all.some(isAhead) && !isStopped && performance.now() < untilMs) await pause(catchUpCheckMs)
    return !all.some(isAhead)
  }

  /** Another desk has signed facts that this one has not read. */
  const isAhead = (partition: number): boolean =>
    !broken.has(partition) && (checkpoints.newest(signer.originOf(partition))?.size ?? 0) > views.treeSize(partition)

  const isDue = (partition: number): boolean => {
    const known = checkpoints.newest(signer.originOf(partition))?.size ?? 0
    const size = views.treeSize(partition)
    return (
      (size - known >= times.everyFacts && !broken.has(partition)) ||
      (size !== known && performance.now() - (checkedMs.get(partition) ?? 0) >= times.everyMs)
    )
  }

  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  let isStopped = false

  async function run(): Promise<void> {
    try {
      if (!isStopped) await signAll()
    } catch (error) {
      for (const partition of all) checkedMs.set(partition, performance.now())
      log.warn({ err: error }, 'Signing the trees failed. Retrying')
    }
  }

  /**
   * A run that is under way began before the call and may lack later facts. So callers wait for the next run, which
   * they share.
   */
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
  }, times.checkMs)

  return {
    signer,
    newest(partition) {
      if (broken.has(partition)) return undefined
      const newest = checkpoints.newest(signer.originOf(partition))
      return newest && isConsistent(partition, newest) ? newest : undefined
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
