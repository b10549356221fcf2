import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findCadical } from './cadical.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-cadical-'))
afterAll(() => rmSync(folder, { recursive: true }))
const formula = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
const isUnsatisfiable = await findCadical()

describe.skipIf(!isUnsatisfiable)('a solver beside the one in Alloy', () => {
  test('says that nothing satisfies a formula, and says it of no other', async () => {
    expect(await isUnsatisfiable?.(formula('both.cnf', 'p cnf 1 2\n1 0\n-1 0\n'))).toBe(true)
    expect(await isUnsatisfiable?.(formula('one.cnf', 'p cnf 1 1\n1 0\n'))).toBe(false)
  })

  test('says nothing of a formula that was not written, so that it is asked in the other way', async () => {
    expect(await isUnsatisfiable?.(join(folder, 'none.cnf'))).toBe(false)
  })

  test('does not take what is no formula for one that nothing satisfies', async () => {
    await expect(isUnsatisfiable?.(formula('wrong.cnf', 'this is no formula\n'))).rejects.toThrow('cadical ended with 1')
  })
})
