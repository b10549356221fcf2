// @ts-check

/** @import { DatabaseSync } from 'node:sqlite' */

/**
 * Reads every page of the database. What was changed inside a value is not seen: SQLite keeps no sums of its own.
 * @param {Pick<DatabaseSync, 'prepare'>} db
 * @returns {string | undefined} what is wrong first; undefined where it is whole. Throws what SQLite throws where it can't even read so far.
 */
export function firstFaultOf(db) {
  const first = String(db.prepare('PRAGMA quick_check(1)').get()?.quick_check).replace('*** in database main ***\n', '')
  return first === 'ok' ? undefined : first
}
