import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { parseDirectory, recipientOf } from '../src/directory.ts'
import { directoryPage } from './directory-page.ts'

const docs = join(import.meta.dirname, '../../../docs')
const example = readFileSync(join(import.meta.dirname, 'example.json'), 'utf8')
const parsed = parseDirectory(JSON.parse(example), { plainHttp: false })

describe('the example', () => {
  test('is in the page unchanged', () => {
    const [, shown] = /```json\n(.*?)```/s.exec(directoryPage(example)) ?? []
    expect(shown).toBe(example)
  })

  test('has the described effect', () => {
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
    const way = (country: string, bic: string) => {
      const { name, channel } = recipientOf(parsed.value, country, bic)
      return [name, channel.kind, 'format' in channel ? channel.format : '–'].join(' | ')
    }
    expect([
      way('TL', 'KMNSTLDLXXX'),
      way('TL', 'KMNSTLDLBAU'),
      way('TL', 'NBDYTLDL'),
      way('SG', 'MERLSGSG'),
      way('SG', 'NBDYSGSG'),
    ]).toEqual([
      'Kamanasa Bank, Dili | webhook | iso20022',
      'Kamanasa Bank, Baucau branch | file | json',
      'Financial investigation unit, Dili | webhook | json',
      'Merlion Bank | topic | –',
      'the readers of the topic | topic | –',
    ])
  })

  test('is valid by the published JSON Schema, which refuses what the engine refuses', () => {
    const schema = JSON.parse(readFileSync(join(docs, 'directory.schema.json'), 'utf8'))
    const validate = formats.default(new Ajv2020({ allErrors: true })).compile(schema)
    expect(validate(JSON.parse(example)) ? [] : validate.errors).toEqual([])
    expect(validate({ countries: { TL: [{ name: 'x', ncb: true, channel: { kind: 'webhook', url: 'ftp://x', keyIds: [] } }] } })).toBe(
      false,
    )
  })
})
