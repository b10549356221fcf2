import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceContext } from '@holdfast/service-kit'
import { filesOf, openSqlite, type SqliteFile } from '@holdfast/sqlite'

/** Counted up where what is kept changes: the file is then begun anew, and read again from the topics. */
const fileVersion = 5

/** Opens the file of what the desk keeps of orders. It can be read again from the topics, so it needs no fsync, and a damaged one is put aside under the name that the log says. */
export function openOrdersFile({ config, log }: Pick<ServiceContext, 'config' | 'log'>): SqliteFile {
  const pathOf = (version: number): string => join(config.HOLDFAST_DATA, `desk-orders.${version}.sqlite`)
  // What an earlier version kept would stay there for ever, the words of persons among it.
  for (let version = 1; version < fileVersion; version++) for (const part of filesOf(pathOf(version))) rmSync(part, { force: true })
  return openSqlite(pathOf(fileVersion), {
    durable: false,
    onDamage: ({ reason }, keptAs) =>
      log.error({ reason, keptAs }, 'what the desk keeps of orders is damaged: it is read again from the topics'),
  })
}
