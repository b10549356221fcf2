import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { expect, test } from 'vitest'
import { services } from '../packages/service-kit/configuration-page.ts'

const root = join(import.meta.dirname, '..')
const names = readdirSync(join(root, 'services'))

test('the page of the configuration names every service with the port it has', async () => {
  const defined = await Promise.all(
    names.map(async name => {
      const app = (await import(join(root, 'services', name, 'src/app.ts'))) as Record<string, ServiceDefinition>
      return [app[name]?.name, app[name]?.defaultPort]
    }),
  )
  expect(new Map(services.map(({ name, port }) => [name, port]))).toEqual(new Map(defined as [string, number][]))
})

test.each(names)('%s names everything that is wrong with its configuration and exits with 2', name => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'services', name, 'src/main.ts')], {
    env: { PATH: process.env.PATH, HOLDFAST_PORT: 'x', HOLDFAST_LOG_LEVEL: 'loud' },
    encoding: 'utf8',
    timeout: 10_000,
  })
  expect(stderr).toMatch(/^The configuration can't be used:\n {2}HOLDFAST_LOG_LEVEL: .+\n {2}HOLDFAST_PORT: .+\n$/)
  expect(status).toBe(2)
})
