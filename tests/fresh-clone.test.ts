import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

test('an install with an older Node does not warn about every package that requires a newer Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-clone-'))
  try {
    // No Node is new enough for this package, as an older Node is too old for many of ours.
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', engines: { node: '>=999' } }))
    // The settings of the npm that runs the tests must not apply here.
    const env = { PATH: process.env.PATH, HOME: process.env.HOME }
    const install = () =>
      spawnSync('npm', ['install', '--dry-run', '--offline', '--ignore-scripts'], { cwd: folder, encoding: 'utf8', env })
    expect(install().stderr).toContain('EBADENGINE')
    copyFileSync(join(root, '.npmrc'), join(folder, '.npmrc'))
    const quiet = install()
    expect([quiet.status, quiet.stderr]).toEqual([0, ''])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every file that the documents name exists', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/member/quickstart.md',
    'docs/bank/onboard.md',
    'docs/operate/directory.md',
  ]
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8')
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => join(root, page, '..', target))
    expect(targets.filter(target => !existsSync(target))).toEqual([])
    const named = [...text.matchAll(/npx holdfast \w+ ([\w./-]+\.json)\b/g)].map(([, file = '']) => file).filter(file => file.includes('/'))
    expect(named.filter(file => !existsSync(join(root, file)))).toEqual([])
  }
})
