import { rmSync, statSync } from 'node:fs'
import type { Logger } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'
import { checkedInlineBytesMax, filesOf, openSqlite, type SqliteFile } from '@holdfast/sqlite'

/**
 * A fact changes about 30 pages of 8 kB, and facts of one request mostly change the same ones: one commit writes them
 * once.
 */
export const projectionCommitWithinMs = 50

/** A worker thread takes 17 MB, so an engine with few writes starts none. */
const writesBeforeThread = 50

/** The write-ahead log grows during a check. In a larger file, damage is found when it is read. */
const checkedBytesMax = 2_000_000_000

export interface ProjectionFileOptions {
  /**
   * Of the tables and of all that the desk derives from the recorded streams. A projection of another version is deleted
   * and rebuilt.
   */
  readonly version: number
  readonly usesWorker?: boolean
}

/**
 * Opens the desk's file. Recreates it if it has another version, belongs to another engine secret, or is damaged, now
 * or later. It needs no fsync, because it can be rebuilt from the ledger. A damaged file is kept under the name in the
 * log line.
 */
export function openProjectionFile(
  path: string,
  log: Logger,
  secret: ServiceContext['secret'],
  { version, usesWorker = true }: ProjectionFileOptions,
): SqliteFile {
  const open = () =>
    openSqlite(path, {
      durable: false,
      commitWithinMs: projectionCommitWithinMs,
      threadAfterWrites: usesWorker ? writesBeforeThread : undefined,
      secureDelete: true,
      onDamage: ({ reason }, keptAs) =>
        log.error(
          { file: path, reason, keptAs },
          'The desk projection is damaged. Rebuilding it from the ledger; you can delete the damaged file',
        ),
    })
  const file = open()
  const { size } = statSync(path)
  if (size <= checkedInlineBytesMax) file.check()
  // The blind indexes of another secret would match no search.
  const madeWith = secret.keyFor('search of encrypted words').readInt32BE()
  const { user_version: found } = file.prepare('PRAGMA user_version').get() as { user_version: number }
  const { application_id: made } = file.prepare('PRAGMA application_id').get() as { application_id: number }
  if (found === version && made === madeWith) {
    // Damage is logged as usual. If the check stops early, damage is found when it is read.
    if (size > checkedInlineBytesMax && size <= checkedBytesMax) file.checkInProcess().catch(() => undefined)
    return ofVersion(file, version, madeWith)
  }
  void file.close()
  for (const part of filesOf(path)) rmSync(part, { force: true })
  return ofVersion(open(), version, madeWith)
}

/** Part of the schema, so that a file that is recreated gets both values again. */
function ofVersion(file: SqliteFile, version: number, madeWith: number): SqliteFile {
  file.schema(`PRAGMA user_version = ${version}; PRAGMA application_id = ${madeWith}`)
  return file
}
