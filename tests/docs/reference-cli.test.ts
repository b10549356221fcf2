import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPage, runShell } from './src/open-page.ts'

const page = openPage('reference/cli.md')

test('the help of the command line has the shown environment and exit codes', async () => {
  const { stdout } = await runShell('npx holdfast --help', { cwd: join(import.meta.dirname, '../..') })
  const { text } = page.take('text', 'HOLDFAST_URL')
  expect(stdout).toContain(text)
  page.expectEachTaken()
})
