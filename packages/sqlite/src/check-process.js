// @ts-check
import { DatabaseSync } from 'node:sqlite'
import { firstFaultOf } from './quick-check.js'

// A process can be killed at any time. A thread inside SQLite can't, so closing the file would wait for it.

/** @import { CheckResult } from './threads.ts' */

/**
 * A read-only connection leaves the write-ahead log in place when it closes.
 * @type {(path: string) => CheckResult}
 */
function check(path) {
  /** @type {DatabaseSync | undefined} */
  let db
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 1000 })
    return { found: firstFaultOf(db) ?? null }
  } catch (error) {
    const { message, errcode = 0 } = /** @type {Error & { errcode?: number }} */ (error)
    return { fault: { message, code: errcode } }
  } finally {
    db?.close()
  }
}

process.send?.(check(String(process.argv[2])), () => process.disconnect())
