import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDirectory } from '@holdfast/directory'
import { afterAll, expect, test } from 'vitest'
import { openPage, runShell } from './src/open-page.ts'

const page = openPage('operate/directory.md')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-directory-page-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the directory is valid, and its secret and folders are made as shown', async () => {
  expect(parseDirectory(JSON.parse(page.take('json').text), { plainHttp: false })).toMatchObject({ ok: true })

  expect(await runShell(page.take('sh', 'whsec_').text, { cwd: folder })).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'webhook-secrets/kamanasa-2027'), 'utf8')).toMatch(/^whsec_[\w+/]{43}=\n$/)

  // The users of the page do not exist here. services/dispatch/src/answers/a-bank-in-its-folder.test.ts has both.
  const own = page
    .take('sh', 'install -d')
    .text.replace(/^usermod .*$/m, '')
    .replaceAll('-o holdfast', `-o ${process.getuid?.()}`)
    .replaceAll(/-g (?:kamanasa|a\.bank)/g, `-g ${process.getgid?.()}`)
    .replaceAll('/srv/holdfast', folder)
  expect(await runShell(own, { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' })
  const modes = ['', '/in', '/in/a.bank', '/done', '/refused'].map(path => statSync(join(folder, `kamanasa${path}`)).mode & 0o7777)
  expect(modes).toEqual([0o2750, 0o3770, 0o3770, 0o2750, 0o2750])
  page.expectEachTaken()
})
