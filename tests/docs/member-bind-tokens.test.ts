import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { type Singapore, startSingapore } from './src/singapore.ts'

const page = openPage('member/bind-tokens.md')
const keygen = page.take('sh', 'keygen --dpop').text
const headers = page.take('sh', '--for').text
const list = JSON.parse(page.take('json').text) as object
const entry = page.take('sh', '--bound dpop').text
const program = page.take('js').text

let singapore: Singapore
beforeAll(async () => {
  singapore = await startSingapore(own => ({ ...own, bound: 'dpop' }))
})
afterAll(() => singapore?.stop())

describe('docs/member/bind-tokens.md', () => {
  test('a bound token lists requests where the registry requires proof of possession', async () => {
    const { reader } = singapore
    expect(await reader.run(keygen)).toMatchObject({ code: 0 })
    const { stdout, code, stderr } = await reader.run(headers, { HOLDFAST_KEY: 'sg.jwk' })
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual(list)
  })

  test('without a proof the engine refuses the token', async () => {
    const { stdout } = await singapore.reader.run(
      'curl -sS -H "Authorization: Bearer $(npx holdfast token --member SG --key sg.jwk)" "$HOLDFAST_URL/v1/requests"',
    )
    expect(JSON.parse(stdout)).toMatchObject({ status: 401 })
  })

  test('the program does the same with a JWT library', async () => {
    singapore.reader.write('list.mjs', program)
    expect(await singapore.reader.run('npx node list.mjs')).toMatchObject({ code: 0, stderr: '', stdout: `200 ${JSON.stringify(list)}\n` })
  })

  test('keygen writes an entry that requires it', async () => {
    expect(await singapore.reader.run(entry)).toMatchObject({ code: 0 })
    expect(JSON.parse(singapore.reader.read('sg-entry.json'))).toMatchObject({ country: 'SG', bound: 'dpop' })
  })

  test('every block of the page was run', () => page.expectEachTaken())
})
