import type { CountryKeys } from './country-keys.ts'
import type { KeyStore, Rewrapping, WrappedRequestKey } from './key-store.ts'
import { unwrapRequestKey, wrapRequestKey } from './wrapping.ts'

export interface Rewrapped {
  readonly countryKeys: number
  readonly requestKeys: number
  /** The ids of keys that can't be unwrapped; they stay unchanged. */
  readonly unreadable: readonly string[]
}

/**
 * Rewraps page by page, each atomically. After an interruption the rest is found again, because it is still wrapped by
 * another key.
 * @param onProgress receives the number of request keys read so far, after each page.
 */
export async function rewrapAll(store: KeyStore, countries: CountryKeys, onProgress?: (requestKeys: number) => void): Promise<Rewrapped> {
  const ofCountries = await countries.rewrap()
  countries.forgetCurrent()
  let requestKeys = 0
  let readCount = 0
  const unreadable = [...ofCountries.unreadable]
  for await (const page of store.pagesOfRequestKeys()) {
    const { changes, unreadableIds } = await rewrappingsOf(page, countries)
    if (changes.length > 0) requestKeys += await store.rewrapRequestKeys(changes)
    unreadable.push(...unreadableIds)
    readCount += page.length
    onProgress?.(readCount)
  }
  return { countryKeys: ofCountries.rewrapped, requestKeys, unreadable }
}

async function rewrappingsOf(page: readonly WrappedRequestKey[], countries: CountryKeys) {
  const current = await countries.current(page.map(({ country }) => country))
  const old = page.filter(key => key.wrappedBy !== current.get(key.country)?.keyId)
  const wrappers = await countries.ofIds(old.map(({ wrappedBy }) => wrappedBy))
  const changes: Rewrapping[] = []
  const unreadableIds: string[] = []
  for (const key of old) {
    const from = wrappers.get(key.wrappedBy)
    const by = current.get(key.country)
    const bytes = from && unwrapRequestKey(from, key)
    if (bytes && by)
      changes.push({ keyId: key.keyId, from: key.wrappedBy, wrappedBy: by.keyId, wrapped: wrapRequestKey(by.key, key, bytes) })
    else unreadableIds.push(key.keyId)
  }
  return { changes, unreadableIds }
}
