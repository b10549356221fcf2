import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { type Singapore, startSingapore } from './src/singapore.ts'

const page = openPage('member/authenticate.md')
const keygen = page.take('sh', 'keygen --member SG --kid sg-1').text
const openssl = page.take('sh', 'openssl genpkey').text
const token = page.take('sh', 'holdfast token').text
const opensslToken = page.take('sh', 'token()').text
const session = page.take('sh', '/v1/session').text
const caller = JSON.parse(page.take('json').text) as object
const persons = page.take('sh', '--person a.tan').text

let singapore: Singapore
beforeAll(async () => {
  singapore = await startSingapore(async (_, reader) => {
    expect(await reader.run(`rm sg.jwk\n${keygen}${openssl}`)).toMatchObject({ code: 0 })
    return JSON.parse(reader.read('members.json')).members[0]
  })
})
afterAll(() => singapore?.stop())

describe('docs/member/authenticate.md', () => {
  test('a token of openssl names the caller as shown', async () => {
    const { stdout, code, stderr } = await singapore.reader.run(`${opensslToken}${session}`)
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject(caller)
  })

  test('a token of holdfast, also after the commands of openssl, names the caller as shown', async () => {
    const { stdout, code } = await singapore.reader.run(`TOKEN=$(${token.trim()})\n${session}`)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject(caller)
  })

  test('keygen makes the entries of a person and of an institution', async () => {
    expect(await singapore.reader.run(persons)).toMatchObject({ code: 0 })
    expect(JSON.parse(singapore.reader.read('a.tan-entry.json'))).toMatchObject({ person: 'a.tan', roles: ['officer'] })
    expect(JSON.parse(singapore.reader.read('merlion-entry.json'))).toMatchObject({ name: 'Merlion Bank', bics: ['MERLSGSG'] })
  })

  test('every block of the page was run', () => page.expectEachTaken())
})
