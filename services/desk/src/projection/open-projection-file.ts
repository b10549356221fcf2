import { rmSync, statSync } from 'node:fs'
import { stateVersions } from '@holdfast/folds'
import type { Logger } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'
import { checkedAtOnceBytesMax, filesOf, openSqlite, type SqliteFile } from '@holdfast/sqlite'

/** Of the tables and all that the desk makes of the recorded streams: a view of another version is thrown away and folded again. */
const viewVersion = stateVersions.desk

/** A fact changes some thirty pages of 8 kB, and those of one request mostly the same: what comes together is written once. */
export const projectionCommitWithinMs = 50

/** A thread takes 17 MB: an engine of which little is asked has none. */
const writesBeforeThread = 50

/** The write-ahead log grows while a file is checked: of a larger view damage is found by who meets it. */
const checkedBytesMax = 2_000_000_000

/**
 * Opens the desk's file, or makes it anew when it is of another version, of an engine with another secret, or damaged, now or later: it can be folded again from the ledger, so it needs no fsync. A damaged one is
 * kept under the name that the log says.
 */
export function openProjectionFile(
  path: string,
  log: Logger,
  secret: ServiceContext['secret'],
  { beside = true }: { readonly beside?: boolean } = {},
): SqliteFile {
  const open = () =>
    openSqlite(path, {
      durable: false,
      commitWithinMs: projectionCommitWithinMs,
      besideAfter: beside ? writesBeforeThread : undefined,
      secureDelete: true,
      onDamage: ({ reason }, keptAs) =>
        log.error(
          { file: path, reason, keptAs },
          "the desk's view is damaged: it is folded anew from the ledger, and the damaged file may be deleted",
        ),
    })
  const file = open()
  const { size } = statSync(path)
  if (size <= checkedAtOnceBytesMax) file.check()
  // Another secret would find nothing by what this one has marked.
  const madeWith = secret.keyFor('search of sealed words').readInt32BE()
  const { user_version: version } = file.prepare('PRAGMA user_version').get() as { user_version: number }
  const { application_id: made } = file.prepare('PRAGMA application_id').get() as { application_id: number }
  if (version === viewVersion && made === madeWith) {
    // What it finds is logged as any damage is; where it was not read to its end, who meets damage finds it.
    if (size > checkedAtOnceBytesMax && size <= checkedBytesMax) file.checkBeside().catch(() => undefined)
    return ofThisVersion(file, madeWith)
  }
  void file.close()
  for (const part of filesOf(path)) rmSync(part, { force: true })
  return ofThisVersion(open(), madeWith)
}

/** As part of its schema, which a file that is begun anew gets again. */
function ofThisVersion(file: SqliteFile, madeWith: number): SqliteFile {
  file.schema(`PRAGMA user_version = ${viewVersion}; PRAGMA application_id = ${madeWith}`)
  return file
}
