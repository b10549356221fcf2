import { paymentStop } from '@holdfast/payment-stop'
import type { Streams } from '@holdfast/streams'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { verified } from '../../test/history.ts'
import { createLedgerLookups } from './ledger-lookups.ts'

let world: AnswerWorld
beforeEach(async () => {
  world = await openAnswerWorld()
})
afterEach(() => world.close())

test('a partition is read once for the first caller, and once for all later ones; each finds its requests', async () => {
  const histories = [1, 2, 3, 4].map(n => verified(buildRequestNumber(n)))
  for (const history of histories) await world.writeFacts(history)
  const { streams } = world.deps
  const end = await streams.endOffset('freeze.ledger', 0)
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const slow: Streams = {
    ...streams,
    async *read(...from) {
      await opened
      yield* streams.read(...from)
    },
  }
  const readings: number[] = []
  const lookups = createLedgerLookups(slow, paymentStop, (_partition, facts) => readings.push(facts))
  const ask = (id: string, position?: number) => lookups.states(0, { ids: [id], states: new Map(), position, end })
  const first = ask(histories[0]?.requestId ?? '')
  await Promise.resolve()
  // One caller knows the ledger up to its end, another nothing, so it is read from the start.
  const others = [ask(histories[1]?.requestId ?? '', end), ask(histories[2]?.requestId ?? ''), ask('unknown')]
  open()
  expect((await first).get(histories[0]?.requestId ?? '')?.orders).toEqual(histories[0]?.state().orders)
  const [second, third, fourth] = await Promise.all(others)
  expect(second?.get(histories[1]?.requestId ?? '')?.orders).toEqual(histories[1]?.state().orders)
  expect(third?.get(histories[2]?.requestId ?? '')?.orders).toEqual(histories[2]?.state().orders)
  expect(fourth?.has('unknown')).toBe(false)
  expect(readings).toEqual([end, end])
})

test('a failed reading fails its callers, and the next one is tried', async () => {
  const { streams } = world.deps
  let isAway = true
  const flaky: Streams = {
    ...streams,
    async *read(...from) {
      if (isAway) throw new Error('the stream is unreachable')
      yield* streams.read(...from)
    },
  }
  const lookups = createLedgerLookups(flaky, paymentStop, () => undefined)
  const ask = () => lookups.states(0, { ids: ['unknown'], states: new Map(), position: undefined, end: 0 })
  await expect(ask()).rejects.toThrow('unreachable')
  isAway = false
  expect(await ask()).toEqual(new Map())
})
