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

const triesMax = 100
const pauseMs = 50

/** Truncates the write-ahead log after copying it into the database. Rejects if it is in use for five seconds. */
export async function truncateLog({ path, renewal, commits, writes }: CutLogOptions): Promise<void> {
  /** Copies and truncates the log between writes. Returns false if a reader still uses it. */
  function truncate(): boolean {
    if (commits.held()) return false
    commits.flushAll()
    const { db } = renewal.current
    // Do not block other work until all readers are done.
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

  for (let tries = 0; tries < triesMax; tries++) {
    // A checkpoint on the other thread reads the log.
    await renewal.checkpoints.checkpoint()
    await commits.held()
    if (await writes.between(truncate)) return
    await pause(pauseMs)
  }
  throw new Error(`${path}: its write-ahead log is in use and was not truncated`)
}
