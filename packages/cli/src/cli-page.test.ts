import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cliPage } from '../cli-page.ts'

const help = (...words: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../bin/holdfast.js'), ...words, '--help'], { encoding: 'utf8' }).stdout

test('the page has a row for each command that the help lists, and the environment as the help has it', async () => {
  const page = await cliPage()
  const listed = [...(help().split('Commands:')[1]?.split('Environment:')[0] ?? '').matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(
    ([, name]) => name,
  )
  const commands = listed.filter(name => name !== 'help')
  expect(commands.length).toBeGreaterThan(20)
  for (const name of commands) expect(page).toMatch(new RegExp(`^\\| \`${name}[ \`]`, 'm'))
  const [, shown = ''] = /```text\n([\s\S]*?)\n```/.exec(page) ?? []
  expect(shown).toContain('HOLDFAST_OPERATOR_TOKEN')
  expect(help()).toContain(shown)
  expect(help('keys')).toContain('rewrap')
  expect(page).toContain('| `keys rewrap` |')
})
