import { describe, expect, test } from 'vitest'
import { createBackOff } from './pause.ts'
import { StreamUnavailableError } from './port.ts'
import { retryUnavailable } from './retry-unavailable.ts'

const noLeader = new StreamUnavailableError("the broker's time can't be read: There is no leader for this topic-partition")

/** Work that fails with the first errors and then succeeds. */
function failing(...errors: Error[]) {
  const faults: string[] = []
  let calls = 0
  const run = (boundMs: number) =>
    retryUnavailable(
      async () => {
        const error = errors[calls++]
        if (error) throw error
        return 'the time'
      },
      { boundMs, onFault: ({ message }) => void faults.push(message), backOff: createBackOff(1, 1) },
    )
  return { run, faults, calls: () => calls }
}

describe('work on streams that may be unavailable', () => {
  test('is retried until a new topic has a leader', async () => {
    const work = failing(noLeader, noLeader)
    expect(await work.run(60_000)).toBe('the time')
    expect(work.faults).toEqual([noLeader.message, noLeader.message])
  })

  test('fails with the last error after the bound', async () => {
    const work = failing(...Array<Error>(1_000).fill(noLeader))
    await expect(work.run(20)).rejects.toBe(noLeader)
    expect(work.calls()).toBeGreaterThan(1)
    expect(work.calls()).toBeLessThan(1_000)
  })

  test('is not retried after any other error', async () => {
    const refused = new Error('Not authorized')
    const work = failing(refused)
    await expect(work.run(60_000)).rejects.toBe(refused)
    expect([work.calls(), work.faults]).toEqual([1, []])
  })
})
