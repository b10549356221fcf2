import { expect, test } from 'vitest'
import { createConcurrencyLimiter } from './gate.ts'

/** Work that ends when it is told to. */
function held() {
  const ends: Array<() => void> = []
  const started: string[] = []
  return {
    started,
    work: (name: string) => async () => {
      started.push(name)
      await new Promise<void>(resolve => ends.push(resolve))
      return name
    },
    async endNext() {
      ends.shift()?.()
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

test('so many of one member are worked on at once, in their order, and another member’s wait for none of them', async () => {
  const gate = createConcurrencyLimiter({ atOnce: 2, waitingMax: 10 })
  const { started, work, endNext } = held()
  const results = ['KE-1', 'KE-2', 'KE-3', 'KE-4'].map(name => gate.pass('KE', work(name)))
  results.push(gate.pass('TL', work('TL-1')))
  await Promise.resolve()
  expect(started).toEqual(['KE-1', 'KE-2', 'TL-1'])
  await endNext()
  expect(started.at(-1)).toBe('KE-3')
  for (let n = 0; n < 4; n++) await endNext()
  expect((await Promise.all(results)).map(result => result.ok && result.value)).toEqual(['KE-1', 'KE-2', 'KE-3', 'KE-4', 'TL-1'])
})

test('who has too many waiting is told so, and has its turn again once they are done; work that fails leaves its place too', async () => {
  const gate = createConcurrencyLimiter({ atOnce: 1, waitingMax: 1 })
  const { work, endNext } = held()
  const first = gate.pass('KE', work('1'))
  const second = gate.pass('KE', () => Promise.reject(new Error('it failed')))
  second.catch(() => undefined)
  expect(await gate.pass('KE', work('3'))).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED' } })
  await endNext()
  await first
  await expect(second).rejects.toThrow('it failed')
  expect(await gate.pass('KE', async () => 'again')).toEqual({ ok: true, value: 'again' })
})
