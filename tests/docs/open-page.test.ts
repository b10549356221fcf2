import { expect, test } from 'vitest'
import { codeBlocks, runShell } from './src/open-page.ts'

test('the blocks of a page are found with their language and line, and diagrams are not', () => {
  const page = '# A\n\n```sh\necho 1\n```\n\n1. Then:\n   ```json {2}\n   {}\n   ```\n\n```mermaid\ngraph\n```\n'
  expect(codeBlocks(page)).toEqual([
    { language: 'sh', line: 4, text: 'echo 1\n' },
    { language: 'json', line: 9, text: '{}\n' },
  ])
})

test('commands stop at the first one that fails', async () => {
  expect(await runShell('echo a; false; echo b', { cwd: '/' })).toMatchObject({ code: 1, stdout: 'a\n' })
})
