import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { openPage } from './src/open-page.ts'

// The pages of the two files that an operator writes.

const profiles = openPage('reference/profiles.md')
const directory = openPage('reference/directory-file.md')

test.each([
  ['profiles.schema.json', profiles],
  ['directory.schema.json', directory],
] as const)('the example is valid by %s, and its page has no other block', (schemaFile, page) => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs', schemaFile), 'utf8'))
  const validate = formats.default(new Ajv2020({ allErrors: true })).compile(schema)
  const example = JSON.parse(page.take('json').text)
  expect(validate(example) ? [] : validate.errors).toEqual([])
  expect(validate({ ...example, noSuchProperty: 1 })).toBe(false)
  page.expectEachTaken()
})
