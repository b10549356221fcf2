import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { watchStorage } from './storage-watch.ts'

test('input stops in two steps as the disk fills, and resumes', async () => {
  let free = 1_000_000_000
  const watch = await watchStorage({ folder: '/', freeBytesMin: 400_000_000, everyMs: 5, look: async () => free })
  const closed = () => [watch.whyNoRequests()?.code, watch.whyNothing()?.code]
  expect(closed()).toEqual([undefined, undefined])
  free = 300_000_000
  await expect.poll(closed).toEqual(['STORAGE_LOW', undefined])
  expect(watch.whyNoRequests()?.message).toBe('no new request is accepted: 300 MB are free, but at least 400 MB are needed')
  free = 90_000_000
  await expect.poll(closed).toEqual(['STORAGE_LOW', 'STORAGE_LOW'])
  free = 500_000_000
  await expect.poll(closed).toEqual([undefined, undefined])
  watch.stop()
})

test('the free space of a real disk is measured, and a missing folder stops nothing', async () => {
  const real = await watchStorage({ folder: tmpdir(), freeBytesMin: 1e18 })
  expect(real.whyNothing()?.code).toBe('STORAGE_LOW')
  real.stop()
  const missing = await watchStorage({ folder: '/nowhere/at/all', freeBytesMin: 1e18 })
  expect(missing.whyNothing()).toBeUndefined()
  missing.stop()
})
