import { expect, test } from 'vitest'
import { ViolationError } from './src/kind.ts'
import { refusalOf } from './src/kinds/refusals.ts'

/** A process that ends at its start with this text, or starts without one. */
function processThat(words?: string) {
  const signals: string[] = []
  return {
    name: 'standalone',
    signals,
    start: async () => {
      if (words !== undefined) throw new Error(words)
    },
    kill: async (signal: string) => void signals.push(signal),
  }
}

const log = '{"level":30,"msg":"starting"}\n'

test('a process that refuses gives its reason, without its log', async () => {
  const refusing = processThat(`standalone ended with 2: ${log}the secret is missing. Put it back\n`)
  expect(await refusalOf(refusing, /secret is missing.*Put it back/)).toBe('the secret is missing. Put it back')
})

test('a process that starts although it must refuse is a violation, and is stopped', async () => {
  const starting = processThat()
  await expect(refusalOf(starting, /secret is missing/)).rejects.toThrow(ViolationError)
  expect(starting.signals).toEqual(['SIGKILL'])
})

test('a refusal without the reason or the remedy is a violation', async () => {
  const refusing = processThat(`standalone ended with 2: ${log}the secret is missing\n`)
  await expect(refusalOf(refusing, /secret is missing.*Put it back/)).rejects.toThrow(ViolationError)
})

test('a process that may start is left running', async () => {
  const starting = processThat()
  expect(await refusalOf(starting, /lacks/, {}, 'it started')).toBe('it started')
  expect(starting.signals).toEqual([])
})
