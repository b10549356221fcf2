import { expect, test } from 'vitest'
import { createReadiness } from './readiness.ts'

test('every reason is reported, once each and as long as it lasts', async () => {
  const readiness = createReadiness()
  expect(await readiness.reasons()).toEqual([])
  readiness.note('clock', 'the clock is four days ahead')
  readiness.note('partitions', 'commands have 8 partitions, and the ledger 4')
  readiness.ask(() => ['the clock is four days ahead', 'the desk is behind'])
  readiness.ask(async () => {
    throw new Error('the file can not be written')
  })
  expect(await readiness.reasons()).toEqual([
    'the clock is four days ahead',
    'commands have 8 partitions, and the ledger 4',
    'the desk is behind',
    'the file can not be written',
  ])
  readiness.note('clock', undefined)
  readiness.note('partitions', undefined)
  expect(await readiness.reasons()).toEqual(['the clock is four days ahead', 'the desk is behind', 'the file can not be written'])
})
