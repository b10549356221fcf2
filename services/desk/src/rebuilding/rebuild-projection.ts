import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { Parked } from '@holdfast/request-state'
import type { Running } from '@holdfast/runtime'
import type { ProjectionRebuild, ProjectionStatus } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { filesOf, openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { FollowedLedger } from '../ledger-consumer/follow-ledger.ts'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import { projectionCommitWithinMs } from '../projection/open-projection-file.ts'
import type { ProjectedWorkflow } from '../projection/projected-workflows.ts'
import { createRequestProjection, type RequestProjection } from '../projection/request-projection.ts'
import type { TakingListeners } from '../projection/take-records.ts'

export interface ProjectionRebuilder extends Running {
  status(): ProjectionStatus
  /** False if a rebuild is under way. */
  begin(): boolean
}

interface RebuilderWorld {
  /** The version of the projection. */
  readonly version: number
  readonly ledgers: JoinedLedgers<ProjectedWorkflow>
  readonly file: SqliteFile
  readonly views: Pick<RequestProjection, 'lastArrival'>
  readonly followed: Pick<FollowedLedger, 'lag' | 'replaceViews'>
}

/** With at most this many records left, the current projection pauses until the rest is read. */
const remainingMax = 500
const logEveryMs = 5_000

/**
 * Rebuilds the projection while the current one stays in use, and replaces it once it has caught up. Uses half of the
 * time only, so that readers are hardly slowed down. If the process ends, the current projection stays and no rebuild starts by
 * itself.
 */
export function createProjectionRebuilder(
  {
    secret,
    cipher,
    clock,
    log,
  }: Pick<ServiceContext, 'secret' | 'clock' | 'log'> & { readonly cipher: Pick<PersonalDataCipher, 'decrypt'> },
  { version, ledgers, file, views, followed }: RebuilderWorld,
): ProjectionRebuilder {
  const path = `${file.path}.rebuild`
  const remove = (): void => {
    for (const part of filesOf(path)) rmSync(part, { force: true })
  }
  remove()
  let building: ProjectionRebuild | undefined
  let isStopped = false
  let work = Promise.resolve()

  async function build(): Promise<void> {
    const startedAt = clock.now().toISOString()
    building = { startedAt, read: 0, records: 0 }
    log.info('Rebuilding the projection; the current one stays in use')
    const rebuilt = openSqlite(path, {
      durable: false,
      commitWithinMs: projectionCommitWithinMs,
      threadAfterWrites: file.writesOnThread ? 0 : undefined,
      secureDelete: true,
    })
    const parked: (Parked & { readonly partition: number })[] = []
    const next = createRequestProjection(ledgers, rebuilt, secret, cipher)
    let loggedMs = performance.now()

    /** Takes all current records and returns their number. */
    async function takeAll(restMs: (tookMs: number) => number): Promise<number> {
      const ends = await ledgers.ends()
      const records = [...ends.values()].reduce((sum, end) => sum + end, 0)
      let taken = 0
      for (const [partition, end] of ends)
        for await (const read of ledgers.read(partition, next.positions().get(partition) ?? 0, end)) {
          if (isStopped) return 0
          const beganMs = performance.now()
          await next.take(read, listenersOf(partition))
          taken += read.length
          building = { startedAt, read: (building?.read ?? 0) + read.length, records }
          logProgress()
          await pause(restMs(performance.now() - beganMs))
        }
      return taken
    }

    const listenersOf = (partition: number): TakingListeners => ({
      onUnreadable: () => {},
      onParked: request => parked.push({ ...request, partition }),
    })

    function logProgress(): void {
      if (performance.now() - loggedMs < logEveryMs || !building) return
      loggedMs = performance.now()
      log.info(building, 'Rebuilding the projection')
    }

    try {
      while (!isStopped && (await takeAll(tookMs => tookMs)) > remainingMax);
      if (isStopped) return
      await followed.replaceViews(async () => {
        await takeAll(() => 0)
        if (!isStopped) await file.replaceWith(rebuilt)
      }, parked)
      log.info(building, 'The rebuilt projection is in use')
    } finally {
      building = undefined
      await rebuilt.close()
      remove()
    }
  }

  return {
    status: () => ({
      version,
      behind: followed.lag(),
      facts: views.lastArrival(),
      ...(building ? { building } : {}),
    }),
    begin() {
      if (building) return false
      work = build().catch(error => log.error({ err: error }, 'The projection could not be rebuilt. The current one stays in use'))
      return true
    },
    async stop() {
      isStopped = true
      await work
    },
  }
}
