import { expect, test } from 'vitest'
import { RefusedError, UnreachedError } from '../api/client.ts'
import { give, type KeyStore, settle, type Wish } from './give.ts'

const wish: Wish = { requestId: 'r', command: 'Release', data: { reason: 'COURT_ORDER', note: 'by the court of Klang' } }

function storeOf() {
  const kept = new Map<string, string>()
  const store: KeyStore = {
    getItem: place => kept.get(place) ?? null,
    setItem: (place, key) => void kept.set(place, key),
    removeItem: place => void kept.delete(place),
  }
  return { store, kept }
}

/** An engine that answers in turn, and the keys that it was asked with. */
function engine(...answers: Array<'applied' | 'proposed' | 'pending' | Error>) {
  const keys: string[] = []
  const send = async (key: string) => {
    keys.push(key)
    const answer = answers[keys.length - 1] ?? 'applied'
    if (answer instanceof Error) throw answer
    return { commandId: 'c', outcome: answer }
  }
  return { keys, send }
}

const refusal = (status: number, code: string) => new RefusedError(status, { code: code as 'WRONG_STATE', detail: 'no' }, null)

test('a lost answer is asked for again with the same key, whatever the order of the words', async () => {
  const { store } = storeOf()
  const { keys, send } = engine(new UnreachedError('gone'), refusal(503, 'UNAVAILABLE'), 'applied')
  expect(await give(store, wish, send)).toEqual({ is: 'lost' })
  const again = { ...wish, data: { note: 'by the court of Klang', reason: 'COURT_ORDER' } }
  expect(await give(store, again, send)).toEqual({ is: 'lost' })
  expect(await give(store, wish, send)).toEqual({ is: 'applied', commandId: 'c' })
  expect(new Set(keys).size).toBe(1)
})

test('the key is kept before anything is sent', async () => {
  const { store, kept } = storeOf()
  let seen: string | undefined
  await give(store, wish, async key => {
    seen = [...kept.values()].find(each => each === key)
    return { commandId: 'c', outcome: 'applied' }
  })
  expect(seen).toBeDefined()
})

test('once it is answered, the same words are a new wish', async () => {
  const { store, kept } = storeOf()
  const { keys, send } = engine('applied', refusal(409, 'WRONG_STATE'), 'applied')
  await give(store, wish, send)
  expect(await give(store, wish, send)).toEqual({ is: 'refused', code: 'WRONG_STATE', message: 'no', problems: [] })
  await give(store, wish, send)
  expect(new Set(keys).size).toBe(3)
  expect(kept.size).toBe(0)
})

test('what is pending keeps its key until the ledger has decided', async () => {
  const { store, kept } = storeOf()
  const { keys, send } = engine('pending', 'pending')
  await give(store, wish, send)
  await give(store, wish, send)
  expect(new Set(keys).size).toBe(1)
  await settle(store, wish)
  expect(kept.size).toBe(0)
})

test('who has to sign in again gives the same wish afterwards', async () => {
  const { store } = storeOf()
  const { keys, send } = engine(refusal(401, 'SIGN_IN_AGAIN'), 'proposed')
  expect(await give(store, wish, send)).toEqual({ is: 'signInAgain' })
  expect(await give(store, wish, send)).toMatchObject({ is: 'proposed' })
  expect(new Set(keys).size).toBe(1)
})

test('nothing of the case stays in the browser', async () => {
  const { store, kept } = storeOf()
  await give(store, wish, engine(new UnreachedError('gone')).send)
  expect(JSON.stringify([...kept])).not.toMatch(/Klang|Release|COURT/)
})

test('another request is another wish', async () => {
  const { store, kept } = storeOf()
  const { send } = engine(new UnreachedError('gone'), new UnreachedError('gone'))
  await give(store, wish, send)
  await give(store, { ...wish, requestId: 's' }, send)
  expect(kept.size).toBe(2)
})
