import type { CountryKeys } from './country-keys.ts'
import type { KeyStore, Rewrapping, WrappedRequestKey } from './key-store.ts'
import { unwrapRequestKey, wrapRequestKey } from './wrapping.ts'

export interface Rewrapped {
  readonly countryKeys: number
  readonly requestKeys: number
  /** The ids of keys that can't be unwrapped, which stay as they are. */
  readonly unreadable: readonly string[]
}

/**
 * Page by page, each of which is whole or not written at all: what is not done is found again, as it is still wrapped by another key.
 * @param onProgress is told after each page how many keys of requests were looked at so far.
 */
export async function rewrapAll(store: KeyStore, countries: CountryKeys, onProgress?: (requestKeys: number) => void): Promise<Rewrapped> {
  const ofCountries = await countries.rewrap()
  countries.forgetCurrent()
  let requestKeys = 0
  let lookedAt = 0
  const unreadable = [...ofCountries.unreadable]
  for await (const page of store.pagesOfRequestKeys()) {
    const { changes, unread } = await rewrappingsOf(page, countries)
    if (changes.length > 0) requestKeys += await store.rewrapRequestKeys(changes)
    unreadable.push(...unread)
    lookedAt += page.length
    onProgress?.(lookedAt)
  }
  return { countryKeys: ofCountries.rewrapped, requestKeys, unreadable }
}

async function rewrappingsOf(page: readonly WrappedRequestKey[], countries: CountryKeys) {
  const current = await countries.current(page.map(({ country }) => country))
  const old = page.filter(key => key.wrappedBy !== current.get(key.country)?.keyId)
  const wrappers = await countries.ofIds(old.map(({ wrappedBy }) => wrappedBy))
  const changes: Rewrapping[] = []
  const unread: string[] = []
  for (const key of old) {
    const from = wrappers.get(key.wrappedBy)
    const by = current.get(key.country)
    const bytes = from && unwrapRequestKey(from, key)
    if (bytes && by)
      changes.push({ keyId: key.keyId, from: key.wrappedBy, wrappedBy: by.keyId, wrapped: wrapRequestKey(by.key, key, bytes) })
    else unread.push(key.keyId)
  }
  return { changes, unread }
}
