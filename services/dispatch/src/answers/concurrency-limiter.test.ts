import { expect, test } from 'vitest'
import { createConcurrencyLimiter } from './concurrency-limiter.ts'

/** Work that ends on command. */
function createHeldWork() {
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

test('a limited number of one member’s calls run at once, in sequence, and do not delay another member’s', async () => {
  const limiter = createConcurrencyLimiter({ atOnce: 2, waitingMax: 10 })
  const { started, work, endNext } = createHeldWork()
  const results = ['KE-1', 'KE-2', 'KE-3', 'KE-4'].map(name => limiter.pass('KE', work(name)))
  results.push(limiter.pass('TL', work('TL-1')))
  await Promise.resolve()
  expect(started).toEqual(['KE-1', 'KE-2', 'TL-1'])
  await endNext()
  expect(started.at(-1)).toBe('KE-3')
  for (let n = 0; n < 4; n++) await endNext()
  expect((await Promise.all(results)).map(result => result.ok && result.value)).toEqual(['KE-1', 'KE-2', 'KE-3', 'KE-4', 'TL-1'])
})

test('a member with too many waiting calls is refused until some are done, and a failed call frees its slot too', async () => {
  const limiter = createConcurrencyLimiter({ atOnce: 1, waitingMax: 1 })
  const { work, endNext } = createHeldWork()
  const first = limiter.pass('KE', work('1'))
  const second = limiter.pass('KE', () => Promise.reject(new Error('it failed')))
  second.catch(() => undefined)
  expect(await limiter.pass('KE', work('3'))).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED' } })
  await endNext()
  await first
  await expect(second).rejects.toThrow('it failed')
  expect(await limiter.pass('KE', async () => 'again')).toEqual({ ok: true, value: 'again' })
})
