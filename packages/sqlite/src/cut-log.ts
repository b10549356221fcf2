import { setTimeout as pause } from 'node:timers/promises'
import type { GroupCommit } from './group-commit.ts'
import { busyMsMax } from './open-exclusively.ts'
import type { Renewal } from './renewal.ts'
import type { Writes } from './writes.ts'

export interface CutLogOptions {
  readonly path: string
  readonly renewal: Pick<Renewal, 'current' | 'checkpoints'>
  readonly commits: Pick<GroupCommit, 'held' | 'flushAll'>
  readonly writes: Pick<Writes, 'between'>
}

const cutTries = 100
const cutPauseMs = 50

/** Cuts the write-ahead log to nothing, once all of it is in the database. Rejects where it was in use for five seconds. */
export async function cutLog({ path, renewal, commits, writes }: CutLogOptions): Promise<void> {
  /** Copies what is left of the log and cuts its file, while nobody writes. Gives whether it could: not where somebody reads what lies in it. */
  function cut(): boolean {
    if (commits.held()) return false
    commits.flushAll()
    const { db } = renewal.current
    // It would hold up everybody until nobody reads there.
    db.exec('PRAGMA busy_timeout = 0')
    try {
      return db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0
    } catch {
      // A statement has not been read to its end.
      return false
    } finally {
      db.exec(`PRAGMA busy_timeout = ${busyMsMax}`)
    }
  }

  for (let tries = 0; tries < cutTries; tries++) {
    // What is folded back beside the work reads the log.
    await renewal.checkpoints.fold()
    await commits.held()
    if (await writes.between(cut)) return
    await pause(cutPauseMs)
  }
  throw new Error(`${path}: its write-ahead log is in use and was not cut`)
}
