import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parsePo } from 'pofile-ts'

export const languages = ['en', 'fr', 'es', 'ar'] as const
export type Language = (typeof languages)[number]

/** The texts of one language by message id, in the order of the file. */
export type Catalog = ReadonlyMap<string, string>

const folder = join(import.meta.dirname, '../src/locales')

export const readCatalog = (language: Language): Catalog => catalogOf(readFileSync(join(folder, `${language}.po`), 'utf8'))

/** Throws on an id that the file has twice, because a translator would change one of two texts. */
export function catalogOf(po: string): Catalog {
  const catalog = new Map<string, string>()
  for (const { msgid, msgstr } of parsePo(po).items) {
    if (catalog.has(msgid)) throw new Error(`The catalog has the message ${msgid} twice. Remove one.`)
    catalog.set(msgid, msgstr[0] ?? '')
  }
  return catalog
}
