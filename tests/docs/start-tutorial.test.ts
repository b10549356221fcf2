import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Reader, startReader, withoutTimes } from './src/engine-reader.ts'
import { openPage } from './src/open-page.ts'

const page = openPage('start/tutorial.md')
const take = (containing: string) => page.take('sh', containing).text
const printed = () => withoutTimes(page.take('text').text)

let reader: Reader
beforeAll(async () => {
  reader = await startReader()
})
afterAll(() => reader.stop())

test('a request goes from the freeze to the recovery, and its export is verified', async () => {
  await reader.run('npx holdfast submit examples/request.json --member SG > receipt.json')
  const idFromReceipt = take('receipt.json')
  const run = async (commands: string, code = 0) => {
    const ran = await reader.run(`${idFromReceipt}${commands}`)
    expect([ran.code, ran.stderr && code === 0 ? ran.stderr.split('\n')[0] : '']).toEqual([code, expect.not.stringContaining('refused')])
    return withoutTimes(ran.stdout + ran.stderr)
  }
  await expect.poll(() => run('npx holdfast show $ID --member SG\n')).toContain('verified.ordering')

  expect(await run(take('ReportFreeze'))).toContain(printed())

  expect(await run(take('ConfirmFreeze'))).toMatch(/^proposed /)
  expect(await run(take('--agree 4 --member TL --role authority --person m.soares'), 1)).toContain(printed().trim())
  expect(await run(take('--agree 4 --member TL --role authority --person b.belo'))).toContain(printed())

  expect(await run(take('InitiateReturn'))).toContain('frozen.recovery.returning')
  expect(await run(take('ReportReturn'))).toContain(printed())

  expect(await run(take('holdfast show'))).toContain(printed())
  expect(await run(take('holdfast export'))).toContain(printed())
  expect(await run("sed -i 's/39000000/39000001/' stream.jsonl; npx holdfast verify stream.jsonl\n", 1)).toMatch(/line \d|stream.jsonl:\d/)
  page.expectEachTaken()
})
