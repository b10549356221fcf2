import { readFileSync } from 'node:fs'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { StreamsLog } from '../log.ts'

/** Stores this process's member id of each group, for the process that replaces it after a crash. */
export interface StoredMemberships {
  /** The member id of the previous process, if it did not leave the group. That process has certainly ended. */
  ofPredecessor(group: string): string | undefined
  store(group: string, memberId: string): void
  forget(group: string): void
  /** Resolves when everything is written to the file. */
  close(): Promise<void>
}

export interface StoredMembershipsOptions {
  readonly path: string
  readonly log: StreamsLog
  /** Identifies the current boot of this machine; undefined if unknown. */
  readonly boot?: string | undefined
}

/** Stores nothing: after a crash, partitions wait for the session timeout. */
export const withoutMemberships: StoredMemberships = {
  ofPredecessor: () => undefined,
  store: () => undefined,
  forget: () => undefined,
  close: async () => undefined,
}

/** Linux gives each boot an id, which containers share. */
function bootOfThisMachine(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return undefined
  }
}

/**
 * Opens the file and takes its lock. The kernel releases the lock only when the process ends, so the next holder on the
 * same boot knows that the previous process is gone. A process that sleeps still holds it (docs/adr/0045). Entries of
 * another boot are ignored, because machines that share a file may lose the lock while its holder lives.
 * Never throws: without the file, the partitions of a killed process wait for the session timeout.
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
    // A missed write only makes the next process wait.
    file.write(work).catch(error => log.debug({ fault: String(error) }, 'Membership not stored'))
  }
  return {
    ofPredecessor: group => former.get(group),
    store(group, memberId) {
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
    log.info({ path, fault: String(error) }, 'Static membership is off: after a crash, partitions wait for the session timeout')
    return undefined
  }
}
