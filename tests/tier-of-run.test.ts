import { expect, test } from 'vitest'
import { tierOfRun } from './tier-of-run.ts'

test.each([
  ['nothing', [], 'test', []],
  ['options alone', ['-t', 'a title', '--bail=1', '--changed', 'main'], 'test', ['-t', 'a title', '--bail=1', '--changed', 'main']],
  ['a tier', ['--tier', 'full', '--bail=1'], 'full', ['--bail=1']],
  ['a tier and a folder', ['tests/faults', '--tier', 'measure'], 'measure', ['tests/faults']],
  ['a folder', ['packages/core'], 'all', ['packages/core']],
  ['a file', ['clocks.test.ts'], 'all', ['clocks.test.ts']],
  ['a project', ['--project', 'unit'], 'all', ['--project', 'unit']],
  ['a project in one word', ['--project=unit'], 'all', ['--project=unit']],
])('a run that names %s has its tier', (_what, given, tier, args) => {
  expect(tierOfRun(given)).toEqual({ tier, args, isRecording: false })
})

test('only measurements know that the run records ratios', () => {
  expect(tierOfRun(['--tier', 'measure', '--record'])).toEqual({ tier: 'measure', args: [], isRecording: true })
})

test('an unknown tier is refused with the list of tiers', () => {
  expect(() => tierOfRun(['--tier', 'quick'])).toThrow('HOLDFAST_TEST_TIER is quick; it is one of test, full, measure, all')
  expect(() => tierOfRun(['--tier'])).toThrow('it is one of test, full, measure, all')
})
