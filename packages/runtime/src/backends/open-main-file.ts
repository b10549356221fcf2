import { statSync } from 'node:fs'
import { checkedInlineBytesMax, DamagedFileError, openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { Logger } from '../log.ts'
import { createKnownDamage } from './known-damage.ts'

/** Called when a disk has refused an fsync: writes since the last one may be lost, and the file accepts no more. */
export type BrokenDiskListener = (error: Error) => void

/** The main file of the embedded engine. */
export interface MainFile {
  readonly file: SqliteFile
  /** Known damage and what to do; undefined if there is none. */
  whyDamaged(): string | undefined
}

/** The write-ahead log grows during a check. In a larger file, only the ledger is checked, record by record. */
const checkedBytesMax = 4_000_000_000

/** What to do about a damaged file; a documentation page has the details. */
export const recoveryHint =
  'stop the engine, keep the file and those next to it, and restore the newest backup: see "Damage" in docs/operate/runbooks.md'

interface OpenOptions {
  /** A larger file is checked in the background. */
  readonly atOnceBytesMax?: number
  /** Called when the disk has refused an fsync. */
  readonly onBroken?: BrokenDiskListener | undefined
}

/**
 * Opens the file and checks it. Throws an error with the file, the damage, and the way to recover. `whyDamaged` returns
 * what a background check finds.
 */
export function openMainFile(path: string, log: Logger, { atOnceBytesMax = checkedInlineBytesMax, onBroken }: OpenOptions = {}): MainFile {
  const { onDamage, why } = createKnownDamage(path, recoveryHint, log)
  let file: SqliteFile | undefined
  try {
    file = openSqlite(path, { durable: true, onDamage, onBroken })
    check(file, log, atOnceBytesMax)
    return { file, whyDamaged: why }
  } catch (error) {
    void file?.close()
    throw error instanceof DamagedFileError ? new Error(`${error.message}: ${recoveryHint}`, { cause: error }) : error
  }
}

function check(file: SqliteFile, log: Logger, atOnceBytesMax: number): void {
  const { size } = statSync(file.path)
  const about = { file: file.path, megabytes: Math.ceil(size / 1_000_000) }
  if (size > checkedBytesMax) {
    log.warn(about, 'The file is too large for a full check. Only its ledger is checked, in the background')
    return
  }
  const startedAt = performance.now()
  const logIntact = () => log.info({ ...about, ms: Math.round(performance.now() - startedAt) }, 'The file is intact')
  if (size <= atOnceBytesMax) {
    log.info(about, 'Checking the file')
    file.check()
    logIntact()
    return
  }
  log.info(about, 'Checking the file in the background')
  file.checkInProcess().then(logIntact, error => {
    // Damage has been logged already.
    if (!(error instanceof DamagedFileError))
      log.warn({ ...about, reason: (error as Error).message }, 'The check of the file did not finish')
  })
}
