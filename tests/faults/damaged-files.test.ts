import { open, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { sendInWindow } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventually, submit } from '../src/engine.ts'

/** Their view is larger than what SQLite keeps of it in memory: 16 MiB. */
const requests = 1_500
/** In three bytes each. */
const longWords = '詐欺の疑い。'.repeat(600)

describe('a view of the desk that is damaged', () => {
  let engine: EmbeddedEngine
  let whole: string[]
  const path = () => join(engine.dataDir, 'desk.sqlite')
  const readiness = async () => (await fetch(`${engine.deskUrl}/health/ready`)).status
  const putAside = async () => (await readdir(engine.dataDir)).filter(name => /^desk\.sqlite\.damaged-[^.]*$/.test(name))

  async function exported(): Promise<string[]> {
    const lines: string[] = []
    for await (const line of clientsOf(engine, ['SG', 'officer']).desk.export()) lines.push(line)
    return lines
  }
  const exportedAgain = () =>
    eventually(async () => ((await readiness()) === 200 ? await exported() : undefined), 'the view is whole again', 60_000)

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

  test('inside, while it is used: an export is cut or whole, and the next one is whole', async () => {
    // Nothing of it is in memory, and all of it in the file.
    await engine.restart()
    const { size } = await stat(path())
    const file = await open(path(), 'r+')
    // Half of it: what lies within a value alone is not seen, as SQLite has no sums of its own.
    const nonsense = Buffer.alloc(2 ** 18, 0xff)
    for (let at = 2 ** 17; at + 2 ** 18 < size; at += 2 ** 19) await file.write(nonsense, 0, nonsense.length, at)
    await file.close()
    const cut = await exported().catch((error: unknown) => error)
    // Who reads is told, or has all of it; never a part that looks whole.
    if (!(cut instanceof Error)) expect(cut).toEqual(whole)
    expect(await exportedAgain()).toEqual(whole)
    expect(await putAside()).toHaveLength(1)
  })

  test('by its end, when the engine starts: it starts, and the view is folded again', async () => {
    await engine.restart(async () => truncate(path(), Math.floor((await stat(path())).size / 2)))
    expect(await exportedAgain()).toEqual(whole)
    expect(await putAside()).toHaveLength(1)
  })
})
