import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configSchemaWithPort } from '@holdfast/runtime'
import { expect, test } from 'vitest'
import { openPage, runShell } from './src/open-page.ts'

const root = join(import.meta.dirname, '../..')
const page = openPage('operate/backends.md')

// The cluster page runs the same settings and the same command on real servers.
test('the settings of the brokers are those of the cluster page', () => {
  const cluster = readFileSync(join(root, 'docs/operate/cluster.md'), 'utf8').replaceAll('\\$', '$').split('\n')
  for (const line of page.take('properties').text.trim().split('\n')) expect(cluster).toContain(line)
})

test('the commands use settings and options that exist', async () => {
  const { text } = page.take('sh', 'infra:access')
  expect(await runShell(text, { cwd: root, env: { BASH_ENV: undefined, SHELLOPTS: 'noexec' } })).toMatchObject({ code: 0 })
  const settings = Object.keys(configSchemaWithPort(0).shape)
  const named = [...text.matchAll(/HOLDFAST_[A-Z_]+/g)].map(([name]) => name)
  expect(named.length).toBeGreaterThan(3)
  expect(settings).toEqual(expect.arrayContaining(named))
  const help = await runShell('node infra/access.ts --help', { cwd: root })
  const options = [...text.matchAll(/[ "](--(?!tls|user\b)[a-z-]+)/g)].map(([, option]) => option)
  expect(options).toEqual(['--passwords', '--redis-acl', '--members', '--dry-run'])
  for (const option of options) expect(help.stdout).toContain(option)
  page.expectEachTaken()
})
