import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'docs/contributing/add-a-command.md'), 'utf8')

/** A typical command: an institution answers with it, and it starts a deadline. */
const sample = { command: 'ReportInterim', fact: 'InterimReported', module: 'report-interim' }

const isTest = (file: string): boolean => /^tests\/|\.test\.ts$|\/test\//.test(file)
const isWritten = (file: string): boolean =>
  /\.(ts|tsx|po)$/.test(file) && !isTest(file) && !readFileSync(join(root, file), 'utf8').startsWith('// Written by `npm run generate`')

/** A command with an alert, a refusal and a feature level of its own. */
const challenge = { command: 'LodgeChallenge', fact: 'ChallengeLodged', module: 'lodge-challenge' }

/** The files in the list of the page for contributors, with the module of the sample. */
function filesOnPage(): string[] {
  const section = /## Files of a command\n([\s\S]*?)\n## /.exec(page)?.[1] ?? ''
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].flatMap(([, file = '']) => filesOf(file, sample.module))
}

/** Every file that the page names. */
const namedOnPage = (module: string): string[] =>
  [...page.matchAll(/`([^`\n]+\/[^`\n]+)`/g)].flatMap(([, file = '']) => filesOf(file, module))

function filesOf(file: string, module: string): string[] {
  const [before = '', choices = '', after = ''] = file.replace('NAME', module).split(/[{}]/)
  return choices.split(',').map(choice => before + choice + after)
}

function filesNaming(...names: string[]): string[] {
  const patterns = names.flatMap(name => ['-e', name])
  return execFileSync('git', ['grep', '-lw', ...patterns], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
}

test('a command needs the files that the page for contributors lists, and no others', () => {
  const files = filesNaming(sample.command, sample.fact).filter(isWritten)
  expect(files).toEqual(filesOnPage().sort())
  expect(files.length).toBeLessThanOrEqual(12)
})

test('a command with an alert and a refusal of its own needs files that the page names, and few more', () => {
  const files = filesNaming(challenge.command, challenge.fact).filter(isWritten)
  expect(files.filter(file => !namedOnPage(challenge.module).includes(file))).toEqual([])
  expect(files).toHaveLength(11)
})
