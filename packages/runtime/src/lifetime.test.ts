import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startAtOnce, startTogether } from './lifetime.ts'

const lines: string[] = []
const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })

const stopping = (stopped: string[], name: string, failure?: Error) => async () => {
  stopped.push(name)
  if (failure) throw failure
}

test('started parts are stopped once in reverse order, even if one fails, and the first failure is thrown', async () => {
  const stopped: string[] = []
  const first = new Error('the third fails')
  const running = await startTogether(log, async stack => {
    stack.defer(stopping(stopped, 'first'))
    stack.defer(stopping(stopped, 'second', new Error('the second fails')))
    stack.defer(stopping(stopped, 'third', first))
    return { url: 'here' }
  })
  expect(running.url).toBe('here')
  const failure = await running.stop().catch((error: unknown) => error)
  expect(failure).toMatchObject({ message: 'the third fails', errors: [first, { message: 'the second fails' }] })
  await expect(running.stop()).rejects.toBe(failure)
  expect(stopped).toEqual(['third', 'second', 'first'])
})

test('a single failure is thrown unchanged', async () => {
  const failure = new Error('it fails')
  const running = await startTogether(log, async stack => {
    stack.defer(stopping([], 'only', failure))
    return {}
  })
  await expect(running.stop()).rejects.toBe(failure)
})

test('a failed start stops its started parts and throws its own error; a failure to stop is logged', async () => {
  const stopped: string[] = []
  const failure = new Error('the start fails')
  const started = startTogether(log, async stack => {
    stack.defer(stopping(stopped, 'first'))
    stack.defer(stopping(stopped, 'second', new Error('the stop fails')))
    throw failure
  })
  await expect(started).rejects.toBe(failure)
  expect(stopped).toEqual(['second', 'first'])
  expect(lines.join()).toContain('the stop fails')
})

test('if one of several concurrent starts fails, the started ones are stopped', async () => {
  const stopped: string[] = []
  const started = startTogether(log, async stack => {
    await startAtOnce(stack, [
      Promise.reject(new Error('the first does not start')),
      new Promise(resolve => setImmediate(resolve, { stop: stopping(stopped, 'second') })),
    ])
    return {}
  })
  await expect(started).rejects.toThrow('the first does not start')
  expect(stopped).toEqual(['second'])
})
