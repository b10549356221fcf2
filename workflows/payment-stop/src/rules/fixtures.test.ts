import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { severities } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { loadProfiles } from '../law/profiles.ts'
import { assessText } from './assess.ts'

const profiles = loadProfiles()
const assessFile = (folder: string, name: string, at: string) =>
  assessText(readFileSync(join(folder, `${name}.json`), 'utf8'), { at: new Date(at), profiles })
const readJson = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))

describe('the fixtures', () => {
  const folder = join(import.meta.dirname, '../../fixtures')
  const expected: Record<string, { at: string; verdict: string; found: string[] }> = readJson(folder, 'expected')

  test('all have an expected verdict', () => {
    const files = readdirSync(folder).filter(file => file !== 'expected.json')
    expect(files.sort()).toEqual(
      Object.keys(expected)
        .map(name => `${name}.json`)
        .sort(),
    )
  })

  test.each(Object.entries(expected))('%s', (name, { at, verdict, found }) => {
    const assessment = assessFile(folder, name, at)
    expect(assessment.verdict).toBe(verdict)
    expect(assessment.findings.flatMap(finding => ('rule' in finding ? [finding.rule] : []))).toEqual(found)
  })
})

describe('the examples of the plan', () => {
  const folder = join(import.meta.dirname, '../../../../../shared/examples')
  const present = existsSync(folder)
  if (!present) console.log('skipped: ../shared/examples is missing, so its verdicts are not compared')
  const expected: Record<string, { at: string; verdict: string; rules: string[] }> = present ? readJson(folder, 'expected') : {}

  /** The examples list the deciding rules: those with the worst severity. */
  const decidingIn = (assessment: ReturnType<typeof assessText>) => {
    if (assessment.verdict === 'malformed') return []
    const { findings } = assessment
    const worst = severities.find(severity => findings.some(finding => finding.severity === severity))
    return [...new Set(findings.filter(finding => finding.severity === worst).map(finding => finding.rule))]
  }

  test.runIf(present)('exist', () => {
    expect(Object.keys(expected).length).toBeGreaterThan(0)
  })

  for (const [name, { at, verdict, rules }] of Object.entries(expected))
    test(name, () => {
      const assessment = assessFile(folder, name, at)
      expect(assessment.verdict).toBe(verdict)
      expect(decidingIn(assessment)).toEqual(rules)
    })
})
