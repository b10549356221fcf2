import { statSync } from 'node:fs'
import { checkedAtOnceBytesMax, DamagedFileError, openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { Logger } from '../log.ts'
import { createKnownDamage } from './known-damage.ts'

/** Called once a disk has refused an fsync: what was written since the last one may be lost, and the file takes nothing more. */
export type BrokenDiskListener = (error: Error) => void

/** The file in which the embedded engine keeps everything. */
export interface MainFile {
  readonly file: SqliteFile
  /** What is wrong with it and what to do, as far as somebody has met it. */
  whyDamaged(): string | undefined
}

/** The write-ahead log grows while a file is checked: of a larger one only the ledger is looked through, record by record. */
const checkedBytesMax = 4_000_000_000

/** What to do about a damaged file; the page says it at length. */
export const recoveryHint =
  'stop the engine, keep the file and what lies beside it, and restore the newest backup: see "Damaged files" in docs/operating.md'

interface OpenOptions {
  /** A larger file is checked beside the work. */
  readonly atOnceBytesMax?: number
  /** Called once the disk has refused an fsync. */
  readonly onBroken?: BrokenDiskListener | undefined
}

/** Opens the file and checks it. Throws an error that names the file, what is wrong with it, and the way back; what a check beside the work finds, `whyDamaged` says. */
export function openMainFile(path: string, log: Logger, { atOnceBytesMax = checkedAtOnceBytesMax, onBroken }: OpenOptions = {}): MainFile {
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
    log.warn(about, 'the file is too large to be checked as a whole: its ledger is checked while the engine works')
    return
  }
  const startedAt = performance.now()
  const tellWhole = () => log.info({ ...about, ms: Math.round(performance.now() - startedAt) }, 'the file is whole')
  if (size <= atOnceBytesMax) {
    log.info(about, 'the file is being checked')
    file.check()
    tellWhole()
    return
  }
  log.info(about, 'the file is checked while the engine works')
  file.checkBeside().then(tellWhole, error => {
    // Damage has been told.
    if (!(error instanceof DamagedFileError))
      log.warn({ ...about, reason: (error as Error).message }, 'the file was not checked to its end')
  })
}
