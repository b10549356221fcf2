import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSchemaWithPort } from '@holdfast/runtime'
import { afterAll, expect, test } from 'vitest'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'
import { openPage, runShell } from './src/open-page.ts'
import { runPage } from './src/stopped-engine.ts'

const root = join(import.meta.dirname, '../..')
const page = openPage('operate/install.md')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-install-page-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the folders, the secret, the keys and the registries are made as shown', async () => {
  const folders = page
    .take('sh', 'useradd')
    .text.replace(/^useradd .*$/m, '')
    .replaceAll(/-o \w+ -g \w+/g, '')
    .replaceAll(/\/(?=etc|var)/g, `${folder}/`)
  expect(await runShell(folders, { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' })
  const keys = page
    .take('sh', 'openssl rand')
    .text.replaceAll('/etc/', `${folder}/etc/`)
    .replace('chgrp holdfast', `chgrp ${process.getgid?.()}`)
  expect(await runPage(keys, folder)).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'etc/holdfast/master-keys'), 'utf8')).toMatch(/^first [0-9a-f]{64}\n$/)
  expect(statSync(join(folder, 'etc/holdfast/engine-secret')).mode & 0o777).toBe(0o640)
  expect(JSON.parse(readFileSync(join(folder, 'etc/holdfast/operators.json'), 'utf8'))).toMatchObject({ keys: [{ kid: 'night' }] })
})

test('the settings are settings of the engine', () => {
  const lines = page.take('ini', 'HOLDFAST_ENV').text.trim().split('\n')
  const settings = Object.fromEntries(lines.map(line => line.split('=', 2)))
  const { success, data } = configSchemaWithPort(8080).strict().safeParse(settings)
  expect(success).toBe(true)
  expect(data).toMatchObject({ HOLDFAST_ENV: 'production', HOLDFAST_DESK_URL: 'https://desk.example.org' })
})

test('the unit is valid, and starts an existing program', () => {
  const unit = page.take('ini', '[Unit]').text
  const [, program = ''] = /^ExecStart=\/usr\/bin\/node --max-semi-space-size=32 (\S+)$/m.exec(unit) ?? []
  expect(statSync(join(root, program)).isFile()).toBe(true)
  for (const line of unit.trim().split('\n')) expect(line).toMatch(/^(?:\[(?:Unit|Service|Install)\]|[A-Z][A-Za-z]+=\S.*|)$/)
  // The program and the folders of the page do not exist on this machine.
  const here = unit
    .replace('/usr/bin/node', process.execPath)
    .replace(/^(?:WorkingDirectory|EnvironmentFile|ReadWritePaths|User)=.*$/gm, '')
  const path = join(folder, 'holdfast.service')
  writeFileSync(path, here)
  const { error, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' })
  // Debian's systemd complains about other units of the machine too.
  if (!error) expect(stderr.split('\n').filter(line => line.includes('holdfast.service'))).toEqual([])
})

test('the engine is ready, as shown', async () => {
  expect(await runShell(page.take('sh', 'desk-web').text, { cwd: root })).toMatchObject({ code: 0 })
  const engine = await startEmbeddedEngine()
  try {
    const { text } = page.take('sh', 'curl')
    const ready = await runShell(text.replace('http://127.0.0.1:8080', engine.url), { cwd: root })
    expect(ready.stdout).toBe(page.take('text').text)
  } finally {
    await engine.stop()
  }
  page.expectEachTaken()
})
