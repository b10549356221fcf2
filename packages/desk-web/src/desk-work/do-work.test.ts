import { expect, test } from 'vitest'
import type { ActResult } from '../commands/give.ts'
import { doForAll } from './do-work.ts'

const applied: ActResult = { is: 'applied', commandId: 'c' }

test('repeats an action for many requests, a few at a time, and returns which failed', async () => {
  let running = 0
  let most = 0
  const ids = Array.from({ length: 20 }, (_, n) => `r${n}`)
  const { done, notDone } = await doForAll(ids, async id => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setTimeout(resolve, 1))
    running--
    if (id === 'r3') throw new Error('the page is broken')
    return id === 'r7' ? { is: 'lost' } : applied
  })
  expect(most).toBe(4)
  expect(notDone.toSorted()).toEqual(['r3', 'r7'])
  expect([...done, ...notDone].toSorted()).toEqual(ids.toSorted())
})
