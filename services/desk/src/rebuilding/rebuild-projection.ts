import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Parked, stateVersions } from '@holdfast/folds'
import type { Running } from '@holdfast/runtime'
import { type ProjectionRebuild, type ProjectionStatus, topics } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import { filesOf, openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { FollowedLedger } from '../ledger-consumer/follow-ledger.ts'
import { projectionCommitWithinMs } from '../projection/open-projection-file.ts'
import { createRequestProjection, type RequestProjection } from '../projection/request-projection.ts'
import type { TakingListeners } from '../projection/take-records.ts'

export interface ProjectionRebuilder extends Running {
  status(): ProjectionStatus
  /** False where a view is being made already. */
  begin(): boolean
}

interface RebuilderWorld {
  readonly file: SqliteFile
  readonly views: Pick<RequestProjection, 'lastArrival'>
  readonly followed: Pick<FollowedLedger, 'lag' | 'replaceViews'>
}

/** Once no more than this is left, the view in use waits for the rest. */
const leftMax = 500
const tellMs = 5_000

/**
 * Makes the view from nothing, beside the one that is in use, and puts it in its place once it has come as far. It is made in half of the time only, so that who works with the view in use hardly
 * notices. A process that ends meanwhile leaves the old one, and begins no other by itself.
 */
export function createProjectionRebuilder(
  {
    streams,
    secret,
    words,
    clock,
    log,
  }: Pick<ServiceContext, 'streams' | 'secret' | 'clock' | 'log'> & { readonly words: Pick<PersonalDataCipher, 'opened'> },
  { file, views, followed }: RebuilderWorld,
): ProjectionRebuilder {
  const path = `${file.path}.anew`
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
    log.info('a view is made from nothing, beside the one that is in use')
    const anew = openSqlite(path, {
      durable: false,
      commitWithinMs: projectionCommitWithinMs,
      besideAfter: file.writesBeside ? 0 : undefined,
      secureDelete: true,
    })
    const parked: (Parked & { readonly partition: number })[] = []
    const next = createRequestProjection(anew, secret, words)
    let toldMs = performance.now()

    /** Takes all that lies there now, and gives how many records that were. */
    async function takeAll(untilMs: (tookMs: number) => number): Promise<number> {
      const ends = await Promise.all(
        Array.from({ length: await streams.partitionCount(topics.ledger.name) }, (_, partition) =>
          streams.endOffset(topics.ledger.name, partition),
        ),
      )
      const records = ends.reduce((sum, end) => sum + end, 0)
      let taken = 0
      for (const [partition, end] of ends.entries())
        for await (const read of streams.read(topics.ledger.name, partition, next.positions().get(partition) ?? 0, end)) {
          if (isStopped) return 0
          const beganMs = performance.now()
          await next.take(read, listenersOf(partition))
          taken += read.length
          building = { startedAt, read: (building?.read ?? 0) + read.length, records }
          tell()
          await pause(untilMs(performance.now() - beganMs))
        }
      return taken
    }

    const listenersOf = (partition: number): TakingListeners => ({
      onUnreadable: () => {},
      onParked: each => parked.push({ ...each, partition }),
    })

    function tell(): void {
      if (performance.now() - toldMs < tellMs || !building) return
      toldMs = performance.now()
      log.info(building, 'a view is being made')
    }

    try {
      while (!isStopped && (await takeAll(tookMs => tookMs)) > leftMax);
      if (isStopped) return
      await followed.replaceViews(async () => {
        await takeAll(() => 0)
        if (!isStopped) await file.replaceWith(anew)
      }, parked)
      log.info(building, 'the view that was made from nothing is in use')
    } finally {
      building = undefined
      await anew.close()
      remove()
    }
  }

  return {
    status: () => ({ version: stateVersions.desk, behind: followed.lag(), facts: views.lastArrival(), ...(building ? { building } : {}) }),
    begin() {
      if (building) return false
      work = build().catch(error => log.error({ err: error }, 'no view could be made beside the one in use, which stays'))
      return true
    },
    async stop() {
      isStopped = true
      await work
    },
  }
}
