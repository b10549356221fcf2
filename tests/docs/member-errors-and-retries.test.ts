import { engineSchemas } from '@holdfast/schemas/json-schemas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'
import { type Singapore, startSingapore } from './src/singapore.ts'

const page = openPage('member/errors-and-retries.md')
const send = page.take('sh', 'del(.victim)').text
const shown = JSON.parse(page.take('json').text) as object

let singapore: Singapore
beforeAll(async () => {
  singapore = await startSingapore()
})
afterAll(() => singapore?.stop())

test('docs/member/errors-and-retries.md shows the refusal of a request without a victim', async () => {
  expect(await singapore.reader.run(send)).toMatchObject({ code: 0 })
  const problem = JSON.parse(singapore.reader.read('problem.json')) as { instance: string }
  const [schema] = engineSchemas.responses.problem
  expect(schema.safeParse(shown).error).toBeUndefined()
  expect(problem).toEqual({ ...shown, instance: problem.instance })
  page.expectEachTaken()
})
