import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceContext } from '@holdfast/service-kit'
import { filesOf, openSqlite, type SqliteFile } from '@holdfast/sqlite'

/** Increment it when the stored form changes: the file is then recreated and read again from the topics. */
const fileVersion = 5

/**
 * Opens the file of the desk's orders. It needs no fsync, because it can be read again from the topics. A damaged file
 * is kept under the name in the log line.
 */
export function openOrdersFile({ config, log }: Pick<ServiceContext, 'config' | 'log'>): SqliteFile {
  const pathOf = (version: number): string => join(config.HOLDFAST_DATA, `desk-orders.${version}.sqlite`)
  // Files of earlier versions would stay for ever, with personal data.
  for (let version = 1; version < fileVersion; version++) for (const part of filesOf(pathOf(version))) rmSync(part, { force: true })
  return openSqlite(pathOf(fileVersion), {
    durable: false,
    onDamage: ({ reason }, keptAs) =>
      log.error({ reason, keptAs }, 'The order file of the desk is damaged. Reading the orders again from the topics'),
  })
}
