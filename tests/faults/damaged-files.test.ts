import { open, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { sendInWindow } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventually, submit } from '../src/engine.ts'

/** The projection exceeds the 16 MiB that SQLite keeps of it in memory. */
const requests = 1_500
/** Characters of three bytes each. */
const longWords = '詐欺の疑い。'.repeat(600)

describe('a damaged projection of the desk', () => {
  let engine: EmbeddedEngine
  let whole: string[]
  const path = () => join(engine.dataDir, 'desk.sqlite')
  const readiness = async () => (await fetch(`${engine.deskUrl}/health/ready`)).status
  const damagedCopies = async () => (await readdir(engine.dataDir)).filter(name => /^desk\.sqlite\.damaged-[^.]*$/.test(name))

  async function exported(): Promise<string[]> {
    const lines: string[] = []
    for await (const line of clientsOf(engine, ['SG', 'officer']).desk.export()) lines.push(line)
    return lines
  }
  const exportedAgain = () =>
    eventually(async () => ((await readiness()) === 200 ? await exported() : undefined), 'the projection is complete again', 60_000)

  beforeAll(async () => {
    engine = await startEmbeddedEngine()
    await sendInWindow({ atOnce: 16, count: requests }, nth =>
      submit(engine, ['SG', 'system'], buildRequestNumber(nth + 1, { offence: { facts: longWords } }), `damaged-${nth}`),
    )
    whole = await eventually(
      async () => {
        const lines = await exported()
        return lines.length === requests * 2 ? lines : undefined
      },
      'all are verified',
      60_000,
    )
  })
  afterAll(() => engine?.stop())

  test('inside, during use: an export is cut off or complete, and the next one is complete', async () => {
    // The whole projection is in the file, and none of it in memory.
    await engine.restart()
    const { size } = await stat(path())
    const file = await open(path(), 'r+')
    // Half of it: SQLite has no checksums, so it does not detect damage within a value.
    const nonsense = Buffer.alloc(2 ** 18, 0xff)
    for (let at = 2 ** 17; at + 2 ** 18 < size; at += 2 ** 19) await file.write(nonsense, 0, nonsense.length, at)
    await file.close()
    const cut = await exported().catch((error: unknown) => error)
    // A reader gets an error or everything; never a part that looks complete.
    if (!(cut instanceof Error)) expect(cut).toEqual(whole)
    expect(await exportedAgain()).toEqual(whole)
    expect(await damagedCopies()).toHaveLength(1)
  })

  test('at its end, at the start of the engine: the engine starts and rebuilds the projection', async () => {
    await engine.restart(async () => truncate(path(), Math.floor((await stat(path())).size / 2)))
    expect(await exportedAgain()).toEqual(whole)
    expect(await damagedCopies()).toHaveLength(1)
  })
})
