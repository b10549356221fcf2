import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { type Singapore, startSingapore } from './src/singapore.ts'

const page = openPage('member/send.md')
/** The reader has sent this request before. */
const quickstart = openPage('member/quickstart.md').take('sh', 'curl').text
const check = page.take('sh', 'holdfast check').text
const submit = page.take('sh', 'holdfast submit').text
const actions = page.take('sh', '/actions').text
const possible = JSON.parse(page.take('json').text) as string[]
const describeCommand = page.take('sh', '--describe').text
const command = page.take('sh', '/commands').text

let singapore: Singapore
beforeAll(async () => {
  singapore = await startSingapore()
})
afterAll(() => singapore?.stop())

describe('docs/member/send.md', () => {
  test('check accepts the sample request, and refuses one without a victim', async () => {
    expect(await singapore.reader.run(check)).toMatchObject({ code: 0 })
    expect(await singapore.reader.run(`jq 'del(.victim)' request.json > broken.json\n${check.replace('request', 'broken')}`)).toMatchObject(
      {
        code: 1,
        stdout: expect.stringContaining('/victim'),
      },
    )
  })

  test('the commands send a request, list its actions and withdraw it', async () => {
    const { reader } = singapore
    expect(await reader.run(quickstart)).toMatchObject({ code: 0 })
    const receipt = JSON.parse(reader.read('receipt.json')) as { requestId: string }
    expect(await reader.run(submit)).toMatchObject({ code: 0 })
    expect(JSON.parse(reader.read('receipt.json'))).toEqual(receipt)
    const commands = `ID=${receipt.requestId}\nexport HOLDFAST_KEY=sg.jwk\n`
    await expect
      .poll(() => reader.run(`${commands}npx holdfast show $ID --member SG`), { timeout: 60_000 })
      .toMatchObject({ stdout: expect.stringContaining('verified.') })
    const { stdout, code, stderr } = await reader.run(`${commands}${actions}${command}`)
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual(possible)
    expect(JSON.parse(reader.read('outcome.json'))).toMatchObject({ outcome: 'applied', view: { states: ['closed.withdrawn'] } })
  })

  test('the command is described', async () => {
    expect(await singapore.reader.run(describeCommand)).toMatchObject({ code: 0, stdout: expect.stringContaining('reason') })
  })

  test('every block of the page was run', () => page.expectEachTaken())
})
