import { readFileSync } from 'node:fs'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { StreamsLog } from '../log.ts'

/** Under which id this process is a member of each of its groups, kept for the process that is started in its place. */
export interface StoredMemberships {
  /** Under which id the process before this one was a member of the group and did not leave it. It has certainly ended. */
  ofPredecessor(group: string): string | undefined
  keep(group: string, memberId: string): void
  forget(group: string): void
  /** Resolves when all of it is in the file. */
  close(): Promise<void>
}

export interface StoredMembershipsOptions {
  readonly path: string
  readonly log: StreamsLog
  /** Names the present run of this machine's kernel; undefined where that can't be known. */
  readonly boot?: string | undefined
}

/** Keeps nothing: what a killed process held waits for its session. */
export const withoutMemberships: StoredMemberships = {
  ofPredecessor: () => undefined,
  keep: () => undefined,
  forget: () => undefined,
  close: async () => undefined,
}

/** Linux gives each start of the kernel an id, which containers on it share. */
function bootOfThisMachine(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return undefined
  }
}

/**
 * Opens the file and takes its lock, which the kernel gives back when a process ends, however it ends, and never before: who has the lock under the same run of the kernel knows that the process which wrote
 * the file is gone, while one that is asleep still holds it (docs/adr/0045). What was written under another run is not looked at: the lock of a file that two machines share may be lost while its holder lives.
 * Never throws: where the file can't be had, partitions of a killed process wait for its session.
 */
export function openStoredMemberships({ path, log, boot = bootOfThisMachine() }: StoredMembershipsOptions): StoredMemberships {
  if (boot === undefined) return withoutMemberships
  const file = openFile(path, log)
  if (!file) return withoutMemberships
  file.schema('CREATE TABLE IF NOT EXISTS membership (group_name TEXT PRIMARY KEY, member_id TEXT NOT NULL, boot TEXT NOT NULL) STRICT')
  const rows = file
    .prepare<{ name: string; id: string }>('SELECT group_name AS name, member_id AS id FROM membership WHERE boot = ?')
    .all(boot)
  const former = new Map(rows.map(({ name, id }) => [name, id]))
  const put = file.prepare('INSERT OR REPLACE INTO membership (group_name, member_id, boot) VALUES (?, ?, ?)')
  const remove = file.prepare('DELETE FROM membership WHERE group_name = ?')
  const write = (work: () => unknown): void => {
    // What is not written makes the next process wait, no more.
    file.write(work).catch(error => log.debug({ fault: String(error) }, 'a membership is not kept'))
  }
  return {
    ofPredecessor: group => former.get(group),
    keep(group, memberId) {
      former.delete(group)
      write(() => put.run(group, memberId, boot))
    },
    forget(group) {
      former.delete(group)
      write(() => remove.run(group))
    },
    close: () => file.close(),
  }
}

function openFile(path: string, log: StreamsLog): SqliteFile | undefined {
  try {
    return openSqlite(path, { durable: false })
  } catch (error) {
    log.info({ path, fault: String(error) }, 'memberships are not kept: what this process holds when it is killed waits for its session')
    return undefined
  }
}
