import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { LedgerRecord } from '@holdfast/payment-stop/language'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { type AnalysisReader, analysisOf } from '../src/payment-stops/analysis/analyse.ts'
import { createRequestProjection, type RequestProjection } from '../src/projection/request-projection.ts'
import { testWords } from './encryption.ts'
import { ledgerRecords } from './ledger-records.ts'
import { paymentStopsOnly } from './one-workflow.ts'
import { testSecret } from './secret.ts'

export interface OpenProjection {
  readonly file: SqliteFile
  readonly views: RequestProjection
  readonly analysis: AnalysisReader
  /** Takes the next records of a partition. Throws if one can't be read. */
  take(entries: readonly LedgerRecord[], partition?: number): ReturnType<RequestProjection['take']>
  /** Sets the next offset of a partition; without one, restarts all partitions at 0. */
  rewind(partition?: number, to?: number): void
  close(): Promise<void>
}

/** An empty projection in a folder of its own. */
export function openProjection(cipher: PersonalDataCipher = testWords, threadAfterWrites?: number): OpenProjection {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-views-'))
  const file = openSqlite(join(dir, 'desk.sqlite'), { durable: false, secureDelete: true, threadAfterWrites })
  const views = createRequestProjection(paymentStopsOnly, file, testSecret, cipher)
  const next = new Map<number, number>()
  return {
    file,
    views,
    analysis: analysisOf(views),
    async take(entries, partition = 0) {
      const from = next.get(partition) ?? 0
      next.set(partition, from + entries.length)
      const taken = await views.take(ledgerRecords(entries, partition, from), {
        onUnreadable(_record, reason) {
          throw new Error(reason)
        },
      })
      while (views.childrenLeft()) await views.writeChildren()
      return taken
    },
    rewind(partition, to = 0) {
      if (partition === undefined) next.clear()
      else next.set(partition, to)
    },
    async close() {
      await file.close()
      rmSync(dir, { recursive: true })
    },
  }
}
