import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFileDrop } from './drop-file.ts'

const orderId = '0f9e8d7c-6b5a-5938-8271-605f4e3d2c1b'
const dropFile = createFileDrop()

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-drop-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const drop = (body: string, extension: 'json' | 'xml' = 'json') => dropFile({ folder, orderId, extension, body })

test('an order is one complete file named by its id and readable by its group, whatever the engine’s umask', async () => {
  const umask = process.umask(0o077)
  try {
    await drop('{"a":"ã"}')
    await drop('<a/>', 'xml')
  } finally {
    process.umask(umask)
  }
  expect(readdirSync(folder).sort()).toEqual([`${orderId}.json`, `${orderId}.xml`])
  expect(readFileSync(join(folder, `${orderId}.json`), 'utf8')).toBe('{"a":"ã"}')
  expect(statSync(join(folder, `${orderId}.json`)).mode & 0o777).toBe(0o640)
})

test('a repeat writes the same bytes to the same path, and a reader never sees half of them', async () => {
  const body = 'x'.repeat(1_000_000)
  const path = join(folder, `${orderId}.json`)
  await drop(body)
  let repeating = true
  const repeats = (async () => {
    for (let times = 0; times < 20; times++) await drop(body)
    repeating = false
  })()
  let reads = 0
  for (; repeating; reads++) {
    expect(statSync(path).size).toBe(body.length)
    await new Promise(resolve => setImmediate(resolve))
  }
  await repeats
  expect(reads).toBeGreaterThan(20)
  expect(readdirSync(folder)).toEqual([`${orderId}.json`])
})

test('a missing folder is not created, because its disk may be unmounted', async () => {
  rmSync(folder, { recursive: true })
  await expect(drop('{}')).rejects.toThrow('ENOENT')
  expect(() => statSync(folder)).toThrow('ENOENT')
  writeFileSync(folder, 'no folder')
  await expect(drop('{}')).rejects.toThrow('ENOTDIR')
})

test('a failed write leaves no file behind', async () => {
  mkdirSync(join(folder, `${orderId}.json`))
  await expect(drop('{}')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  expect(readdirSync(folder)).toEqual([`${orderId}.json`])
})

test('a folder with a write in progress gets no second one', async () => {
  const first = drop('x'.repeat(5_000_000))
  await expect(drop('{}')).rejects.toThrow('the folder does not answer')
  await first
  await drop('{}')
})

test('a write that takes too long fails', async () => {
  await expect(createFileDrop(0)({ folder, orderId, extension: 'json', body: 'x'.repeat(20_000_000) })).rejects.toThrow(
    'not written within 0 ms',
  )
})

test('no order id can name a path outside the folder', async () => {
  await expect(dropFile({ folder, orderId: '../../../../etc/00000000000000000000', extension: 'json', body: '' })).rejects.toThrow(
    'an order id is a UUID',
  )
})
