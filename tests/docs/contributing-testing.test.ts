import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPage, runShell } from './src/open-page.ts'

const cwd = join(import.meta.dirname, '../..')

test('contributing/testing.md: the checker judges the recorded story, and a missing file is another exit code', async () => {
  const page = openPage('contributing/testing.md')
  const { text } = page.take('sh', 'checker')
  page.expectEachTaken()
  expect(await runShell(text, { cwd })).toMatchObject({ code: 0 })
  expect(await runShell(text.replace('story.json', 'none.json'), { cwd })).toMatchObject({ code: 2 })
})
