import { statSync } from 'node:fs'
import { DamagedFileError, openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { Logger } from './log.ts'

/** The file in which the embedded engine keeps everything. */
export interface MainFile {
  readonly file: SqliteFile
  /** What is wrong with it and what to do, as far as somebody has met it. */
  whyDamaged(): string | undefined
}

/** A check reads the whole file, 1 s for each GB at best, and nothing else is done meanwhile. Of a larger file the ledger is checked while the engine works. */
const checkedBytesMax = 4_000_000_000

/** What to do about a damaged file; the page says it at length. */
export const wayBack =
  'stop the engine, keep the file and what lies beside it, and restore the newest backup: see "Damaged files" in docs/operating.md'

/** Opens the file and checks it. Throws an error that names the file, what is wrong with it, and the way back. */
export function openMainFile(path: string, log: Logger): MainFile {
  let damage: string | undefined
  const onDamage = ({ message }: DamagedFileError) => {
    damage ??= `${message}: ${wayBack}`
    log.error({ file: path, reason: message }, wayBack)
  }
  let file: SqliteFile | undefined
  try {
    file = openSqlite(path, { durable: true, onDamage })
    check(file, log)
    return { file, whyDamaged: () => damage }
  } catch (error) {
    void file?.close()
    throw error instanceof DamagedFileError ? new Error(`${error.message}: ${wayBack}`, { cause: error }) : error
  }
}

function check(file: SqliteFile, log: Logger): void {
  const { size } = statSync(file.path)
  const about = { file: file.path, megabytes: Math.ceil(size / 1_000_000) }
  if (size > checkedBytesMax) {
    log.warn(about, 'the file is too large to be checked before the engine starts: its ledger is checked while it works')
    return
  }
  const startedAt = performance.now()
  log.info(about, 'the file is being checked')
  file.check()
  log.info({ ...about, ms: Math.round(performance.now() - startedAt) }, 'the file is whole')
}
