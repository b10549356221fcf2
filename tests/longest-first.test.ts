import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { longFiles } from '@holdfast/test-kit/longest-first'
import { expect, test } from 'vitest'

test('test files that begin first are there', () => {
  expect(longFiles.filter(file => !existsSync(join(import.meta.dirname, '..', file)))).toEqual([])
})
