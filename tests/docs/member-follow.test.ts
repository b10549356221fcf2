import type { Fact } from '@holdfast/payment-stop/language'
import { createChainVerifier } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { type Singapore, sendRequest, startSingapore } from './src/singapore.ts'

const page = openPage('member/follow.md')
const stream = page.take('sh', 'from=start').text
const resume = page.take('sh', 'Last-Event-ID').text
const lines = page.take('sh', 'x-ndjson').text

let singapore: Singapore
beforeAll(async () => {
  singapore = await startSingapore()
  await sendRequest(singapore)
})
afterAll(() => singapore?.stop())

const factsOf = (text: string): Fact[] =>
  text
    .split('\n\n')
    .flatMap(event => (event.startsWith('event: fact') ? [JSON.parse(/\ndata: (.*)$/m.exec(event)?.[1] ?? '') as Fact] : []))

test('docs/member/follow.md streams, resumes and exports the facts of a request', async () => {
  const { reader } = singapore
  const withdraw = 'HOLDFAST_KEY=sg.jwk npx holdfast act "$(jq -r .subject <<< "$(sed -n "s/^data: //p" stream.txt | tail -1)")" Withdraw'
  const between = `${withdraw} --data '{"reason":"The victim was paid back"}' --member SG --person a.tan > withdrawn.txt\n`
  // A busy machine needs more than the two seconds of the page to send the facts.
  const commands = `${stream}${between}${resume}${lines}`.replaceAll('--max-time 2', '--max-time 4')
  expect(await reader.run(commands)).toMatchObject({ code: 0 })
  expect(reader.read('stream.txt')).toMatch(/^event: connected\nid: .*\ndata: \{\}\n/)
  const [first, rest] = [factsOf(reader.read('stream.txt')), factsOf(reader.read('rest.txt'))]
  expect([...first, ...rest].map(({ type }) => type.split('.').at(-1))).toEqual(['RequestOpened', 'RequestVerified', 'RequestWithdrawn'])
  expect(rest).toHaveLength(1)
  const exported = reader
    .read('facts.jsonl')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Fact)
  expect(exported).toEqual([...first, ...rest])
  const verifier = createChainVerifier({ strict: true })
  for (const [index, fact] of exported.entries()) verifier.add(fact, index + 1)
  expect(verifier.finish()).toMatchObject({ facts: 3, problemCount: 0 })
  page.expectEachTaken()
})
