import type { SqliteFile } from '@holdfast/sqlite'
import { wrappedBytes } from '../wrapping.ts'

/**
 * The bytes of wrapped keys in a table of their own: rows of one size that are only appended, and overwritten in place.
 * SQLite never moves such a row, so no copy remains in the free part of a page.
 */
export function createKeyBytes(file: SqliteFile, table: string) {
  file.schema(`CREATE TABLE IF NOT EXISTS ${table} (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT`)
  const append = file.prepare(`INSERT INTO ${table} (place, bytes) VALUES (?, ?)`)
  const overwrite = file.prepare(`UPDATE ${table} SET bytes = ? WHERE place = ?`)
  const nothing = new Uint8Array(wrappedBytes)
  const bytesOf = (wrapped: string): Uint8Array => Buffer.from(wrapped, 'base64url')
  return {
    append: (place: number, wrapped: string) => void append.run(place, bytesOf(wrapped)),
    /** For a key of which only the id is known. */
    appendNothing: (place: number) => void append.run(place, nothing),
    overwrite: (place: number, wrapped: string) => void overwrite.run(bytesOf(wrapped), place),
    destroy: (place: number) => void overwrite.run(nothing, place),
  }
}

/** A row that has the key bytes. */
export type KeyRow = Record<string, unknown> & { readonly place: number }

/** Converts a row to a key of the port. */
export function keyOf<T>({ place: _place, bytes, ...rest }: KeyRow): T {
  return { ...rest, wrapped: Buffer.from(bytes as Uint8Array).toString('base64url') } as T
}
