// @ts-check

/** @import { DatabaseSync } from 'node:sqlite' */

/**
 * Reads every page of the database. Changes inside a value go unnoticed, because SQLite has no checksums.
 * @param {Pick<DatabaseSync, 'prepare'>} db
 * @returns {string | undefined} the first damage; undefined if the database is intact. Throws SQLite's error if it is unreadable.
 */
export function firstFaultOf(db) {
  const first = String(db.prepare('PRAGMA quick_check(1)').get()?.quick_check).replace('*** in database main ***\n', '')
  return first === 'ok' ? undefined : first
}
