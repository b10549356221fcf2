import { rmSync } from 'node:fs'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'

/** To be raised with every change of the tables in view-tables.ts and kept-refusals.ts, of what is an alert, or of the statechart: an older view is thrown away and folded again. */
const viewVersion = 5

/** Opens the desk's file, or makes it anew when it is of another version. It can be folded again from the ledger, so it needs no fsync. */
export function openViewFile(path: string): SqliteFile {
  const file = openSqlite(path, { durable: false })
  const { user_version: version } = file.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version === viewVersion) return file
  void file.close()
  for (const part of ['', '-wal', '-shm']) rmSync(`${path}${part}`, { force: true })
  const fresh = openSqlite(path, { durable: false })
  fresh.schema(`PRAGMA user_version = ${viewVersion}`)
  return fresh
}
