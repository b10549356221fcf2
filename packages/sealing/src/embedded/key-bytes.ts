import type { SqliteFile } from '@holdfast/sqlite'
import { wrappedBytes } from '../wrapping.ts'

/**
 * The bytes of wrapped keys, apart from all else: rows of one size that are only appended, and overwritten where they are. SQLite never moves such a row, so that no copy of one is left in the free part of a page.
 */
export function createKeyBytes(file: SqliteFile, table: string) {
  file.schema(`CREATE TABLE IF NOT EXISTS ${table} (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT`)
  const append = file.prepare(`INSERT INTO ${table} (place, bytes) VALUES (?, ?)`)
  const overwrite = file.prepare(`UPDATE ${table} SET bytes = ? WHERE place = ?`)
  const nothing = new Uint8Array(wrappedBytes)
  const bytesOf = (wrapped: string): Uint8Array => Buffer.from(wrapped, 'base64url')
  return {
    append: (place: number, wrapped: string) => void append.run(place, bytesOf(wrapped)),
    /** For a key that is known by its id alone. */
    appendNothing: (place: number) => void append.run(place, nothing),
    overwrite: (place: number, wrapped: string) => void overwrite.run(bytesOf(wrapped), place),
    destroy: (place: number) => void overwrite.run(nothing, place),
  }
}

/** A row, in which the bytes are. */
export type KeyRow = Record<string, unknown> & { readonly place: number }

/** A key as the port has it. */
export function keyOf<T>({ place: _place, bytes, ...rest }: KeyRow): T {
  return { ...rest, wrapped: Buffer.from(bytes as Uint8Array).toString('base64url') } as T
}
