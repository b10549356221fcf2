import type { Fact } from '@holdfast/payment-stop/language'
import { factHash } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { holdfast } from './src/reader.ts'
import { type Singapore, sendRequest, startSingapore } from './src/singapore.ts'

const page = openPage('member/verify.md')
const witness = page.take('sh', 'holdfast witness').text
const everyMinute = page.take('sh', '--every 60').text
const exportFacts = page.take('sh', 'holdfast export').text
const verify = page.take('sh', 'holdfast verify').text
const printed = page.take('text').text
const change = page.take('sh', 'changed.jsonl').text
const fact = page.take('json').text
const hash = page.take('sh', 'sha256sum').text
const standard = page.take('sh', 'add-checkpoint.txt').text

let singapore: Singapore
beforeAll(async () => {
  singapore = await startSingapore()
  await sendRequest(singapore)
})
afterAll(() => singapore?.stop())

/** Without the parts that differ between engines and times. */
const plain = (text: string) => text.replaceAll(/\b[0-9a-f]{32}\b/g, 'ENGINE').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')

describe('docs/member/verify.md', () => {
  test('a witness, an export and its verification print what is shown, and a changed export is refused', async () => {
    const { reader } = singapore
    const seen = await reader.run(witness)
    expect(seen).toMatchObject({ code: 0, stdout: expect.stringContaining('2 facts, seen for the first time') })
    const env = { HOLDFAST_KEY: 'sg.jwk' }
    expect(await reader.run(exportFacts, env)).toMatchObject({ code: 0 })
    const verified = await reader.run(verify)
    expect([verified.code, plain(verified.stdout)]).toEqual([0, plain(printed)])
    const changed = await reader.run(change)
    expect([changed.code, changed.stdout]).toEqual([0, expect.stringMatching(/NOT INTACT.*\nexit code 1\n$/s)])
    expect(changed.stderr).toMatch(/changed\.jsonl:1\b|line 1\b/)
  })

  test('the witness that repeats sees no other history', async () => {
    expect(everyMinute).toBe('npx holdfast witness sg.witness.jsonl --member SG --every 60\n')
    const inBackground = `${everyMinute.trim().replace('npx holdfast', holdfast).replace('sg.witness', 'new.witness')} > every.txt 2>&1 &\n`
    const untilSeen = 'until grep -q "2 facts" every.txt; do sleep 0.1; done; kill $!; cat every.txt\n'
    const repeated = await singapore.reader.run(inBackground + untilSeen, { HOLDFAST_KEY: 'sg.jwk' })
    expect([repeated.code, repeated.stdout]).toEqual([0, expect.not.stringContaining('refused')])
  })

  test('the hash of the sample fact is right, by the engine and by the command', async () => {
    expect(factHash(JSON.parse(fact) as Fact)).toBe((JSON.parse(fact) as Fact).hash)
    singapore.reader.write('fact.json', fact)
    expect((await singapore.reader.run(hash)).stdout.split(' ')[0]).toBe((JSON.parse(fact) as Fact).hash)
  })

  test('the proof has the form of add-checkpoint', async () => {
    expect(await singapore.reader.run(standard, { HOLDFAST_KEY: 'sg.jwk' })).toMatchObject({ code: 0, stderr: '' })
    expect(singapore.reader.read('add-checkpoint.txt')).toMatch(/^old 1\n(\S{44}\n)+\nholdfast\/\S+\n2\n/)
  })

  test('every block of the page was run', () => page.expectEachTaken())
})
