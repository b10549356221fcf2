import { expect, test } from 'vitest'
import { RefusedError, UnreachedError } from '../api/client.ts'
import { give, type KeyStore, settle, type Wish } from './give.ts'

const wish: Wish = { requestId: 'r', command: 'Release', data: { reason: 'COURT_ORDER', note: 'by the court of Klang' } }

function storeOf() {
  const stored = new Map<string, string>()
  const store: KeyStore = {
    getItem: name => stored.get(name) ?? null,
    setItem: (name, key) => void stored.set(name, key),
    removeItem: name => void stored.delete(name),
  }
  return { store, stored }
}

/** An engine that answers in sequence, and the keys it received. */
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

test('after a lost answer, the same data in any order is sent again with the same key', async () => {
  const { store } = storeOf()
  const { keys, send } = engine(new UnreachedError('gone'), refusal(503, 'UNAVAILABLE'), 'applied')
  expect(await give(store, wish, send)).toEqual({ is: 'lost' })
  const again = { ...wish, data: { note: 'by the court of Klang', reason: 'COURT_ORDER' } }
  expect(await give(store, again, send)).toEqual({ is: 'lost' })
  expect(await give(store, wish, send)).toEqual({ is: 'applied', commandId: 'c' })
  expect(new Set(keys).size).toBe(1)
})

test('the key is stored before the command is sent', async () => {
  const { store, stored } = storeOf()
  let seen: string | undefined
  await give(store, wish, async key => {
    seen = [...stored.values()].find(each => each === key)
    return { commandId: 'c', outcome: 'applied' }
  })
  expect(seen).toBeDefined()
})

test('after an answer, the same data is a new command', async () => {
  const { store, stored } = storeOf()
  const { keys, send } = engine('applied', refusal(409, 'WRONG_STATE'), 'applied')
  await give(store, wish, send)
  expect(await give(store, wish, send)).toEqual({ is: 'refused', code: 'WRONG_STATE', message: 'no', problems: [] })
  await give(store, wish, send)
  expect(new Set(keys).size).toBe(3)
  expect(stored.size).toBe(0)
})

test('a pending command keeps its key until the ledger has decided', async () => {
  const { store, stored } = storeOf()
  const { keys, send } = engine('pending', 'pending')
  await give(store, wish, send)
  await give(store, wish, send)
  expect(new Set(keys).size).toBe(1)
  await settle(store, wish)
  expect(stored.size).toBe(0)
})

test('a command that required a new sign-in keeps its key', async () => {
  const { store } = storeOf()
  const { keys, send } = engine(refusal(401, 'SIGN_IN_AGAIN'), 'proposed')
  expect(await give(store, wish, send)).toEqual({ is: 'signInAgain' })
  expect(await give(store, wish, send)).toMatchObject({ is: 'proposed' })
  expect(new Set(keys).size).toBe(1)
})

test('no data of the case stays in the browser', async () => {
  const { store, stored } = storeOf()
  await give(store, wish, engine(new UnreachedError('gone')).send)
  expect(JSON.stringify([...stored])).not.toMatch(/Klang|Release|COURT/)
})

test('another request is another command', async () => {
  const { store, stored } = storeOf()
  const { send } = engine(new UnreachedError('gone'), new UnreachedError('gone'))
  await give(store, wish, send)
  await give(store, { ...wish, requestId: 's' }, send)
  expect(stored.size).toBe(2)
})
