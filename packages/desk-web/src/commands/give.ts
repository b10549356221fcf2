import type { CommandOutcome } from '@holdfast/schemas'
import { type Failure, failureOf } from './failure.ts'

/** The outcome of a command. */
export type ActResult = { readonly is: CommandOutcome['outcome']; readonly commandId: string } | Failure

/** Storage of keys while a tab is open. */
export type KeyStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** A command of one person on a request with certain data. */
export interface Wish {
  readonly requestId: string
  readonly command: string
  readonly data: unknown
}

/** Sorts the keys of objects, so that equal data gives equal text. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** The storage name of a key: a digest, so that no data of the case stays in the browser. */
async function placeOf(wish: Wish): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(wish, inOrder)))
  return `holdfast-key:${Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')}`
}

/**
 * Sends a command once, however often it is confirmed: its key is stored before it is sent, until an answer shows the
 * outcome. So a lost answer is fetched again, even after a reload and filling in the same data.
 */
export async function give(store: KeyStore, wish: Wish, send: (key: string) => Promise<CommandOutcome>): Promise<ActResult> {
  const place = await placeOf(wish)
  const key = store.getItem(place) ?? crypto.randomUUID()
  store.setItem(place, key)
  try {
    const { outcome, commandId } = await send(key)
    if (outcome !== 'pending') store.removeItem(place)
    return { is: outcome, commandId }
  } catch (error) {
    const failure = failureOf(error)
    if (failure.is === 'refused') store.removeItem(place)
    return failure
  }
}

/** Once the ledger has decided, the same data is a new command. */
export const settle = async (store: KeyStore, wish: Wish): Promise<void> => store.removeItem(await placeOf(wish))
