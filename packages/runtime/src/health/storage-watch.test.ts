import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { watchStorage } from './storage-watch.ts'

test('doors close in two steps as the disk fills, and open again', async () => {
  let free = 1_000_000_000
  const watch = await watchStorage({ folder: '/', freeBytesMin: 400_000_000, everyMs: 5, look: async () => free })
  const closed = () => [watch.whyNoRequests()?.code, watch.whyNothing()?.code]
  expect(closed()).toEqual([undefined, undefined])
  free = 300_000_000
  await expect.poll(closed).toEqual(['STORAGE_LOW', undefined])
  expect(watch.whyNoRequests()?.message).toBe('no new request is taken: 300 MB are free, and 400 MB are the least')
  free = 90_000_000
  await expect.poll(closed).toEqual(['STORAGE_LOW', 'STORAGE_LOW'])
  free = 500_000_000
  await expect.poll(closed).toEqual([undefined, undefined])
  watch.stop()
})

test('the room of a real disk is measured, and a folder that is not there closes nothing', async () => {
  const real = await watchStorage({ folder: tmpdir(), freeBytesMin: 1e18 })
  expect(real.whyNothing()?.code).toBe('STORAGE_LOW')
  real.stop()
  const missing = await watchStorage({ folder: '/nowhere/at/all', freeBytesMin: 1e18 })
  expect(missing.whyNothing()).toBeUndefined()
  missing.stop()
})
