import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { type Singapore, sendRequest, startSingapore } from './src/singapore.ts'

const page = openPage('member/dual-approval.md')
const keys = page.take('sh', '--person a.tan --role officer --kid').text
const freeze = page.take('sh', 'ReportFreeze').text
const propose = page.take('sh', 'holdfast act "$ID" Withdraw').text
const find = page.take('sh', '/v1/proposals').text
const approve = page.take('sh', '--agree').text

let singapore: Singapore
beforeAll(async () => {
  singapore = await startSingapore()
})
afterAll(() => singapore?.stop())

test('docs/member/dual-approval.md proposes a withdrawal of frozen money, and a second officer approves it', async () => {
  const { reader, engine } = singapore
  const id = await sendRequest(singapore)
  reader.write('receipt.json', JSON.stringify({ requestId: id }))
  expect(await reader.run(keys)).toMatchObject({ code: 0 })
  // The engine of the quickstart reads this file; the engine here has a copy.
  const registry = `${engine.dataDir}/members.json`
  await reader.run(`cp members.json "${registry}.new" && mv "${registry}.new" "${registry}"`)
  await expect.poll(() => reader.run(freeze), { timeout: 60_000 }).toMatchObject({ code: 0 })

  const env = { ID: id }
  expect(await reader.run(propose, env)).toMatchObject({ code: 0 })
  expect(JSON.parse(reader.read('proposed.json'))).toMatchObject({ outcome: 'proposed' })
  // The officer who proposed it cannot approve it.
  const alone = approve.replaceAll('b.lim', 'a.tan').replace('approved.json', 'alone.json')
  expect(await reader.run(find, env)).toMatchObject({ code: 0 })
  expect(JSON.parse(reader.read('proposals.json')).proposals).toMatchObject([{ command: 'Withdraw', maySecond: true }])
  const refused = await reader.run(alone, env)
  expect([refused.code, `${refused.stdout}${refused.stderr}${reader.read('alone.json')}`]).toEqual([
    1,
    expect.stringContaining('SAME_PERSON'),
  ])
  expect(await reader.run(approve, env)).toMatchObject({ code: 0 })
  expect(JSON.parse(reader.read('approved.json'))).toMatchObject({ outcome: 'applied', view: { states: ['closed.withdrawn'] } })
  page.expectEachTaken()
})
