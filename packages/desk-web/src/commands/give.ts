import type { CommandOutcome } from '@holdfast/schemas'
import { type Failure, failureOf } from './failure.ts'

/** What became of a command that was given. */
export type ActResult = { readonly is: CommandOutcome['outcome']; readonly commandId: string } | Failure

/** Where keys are kept, for as long as a tab is open. */
export type KeyStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** One wish of one person: a command on a request in certain words. */
export interface Wish {
  readonly requestId: string
  readonly command: string
  readonly data: unknown
}

/** Keys of objects in one order, so that the same words are the same text. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** Where the key of a wish is kept: by a digest, so that nothing of the case stays in the browser. */
async function placeOf(wish: Wish): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(wish, inOrder)))
  return `holdfast-key:${Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')}`
}

/**
 * Gives a command once, however often the same wish is given: its key is kept before it is sent, and until an answer says what became of it. So a lost answer is asked for again,
 * also after the page was loaded anew and the same words were filled in.
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

/** Once the ledger has decided on it, the same words are another wish. */
export const settle = async (store: KeyStore, wish: Wish): Promise<void> => store.removeItem(await placeOf(wish))
