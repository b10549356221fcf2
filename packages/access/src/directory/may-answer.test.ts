import { parseDirectory } from '@holdfast/directory'
import type { Member, RegisteredInstitution } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import { type AnsweringSender, createAnswerObstacleFinder } from './may-answer.ts'

const keys = { keys: [] } as unknown as Member['keys']
const institution = (name: string, ...bics: string[]): RegisteredInstitution => ({ name, bics, keys })
const timorLeste: Member = {
  country: 'TL',
  name: 'Timor-Leste',
  keys,
  institutions: [
    institution('Kamanasa', 'KMNSTLDL'),
    institution('Kamanasa, Baucau', 'KMNSTLDLBAU'),
    institution('Lorosae', 'LORSTLDLXXX'),
  ],
}
const directory = parseDirectory(
  {
    countries: {
      TL: [
        { name: 'Kamanasa', bic: 'KMNSTLDL', channel: { kind: 'topic' } },
        { name: 'FIU', ncb: true, channel: { kind: 'topic' } },
      ],
    },
  },
  { plainHttp: false },
)
if (!directory.ok) throw new Error(JSON.stringify(directory.error))
const whyNot = createAnswerObstacleFinder({ get: country => (country === 'TL' ? timorLeste : undefined) }, () => directory.value)
const mayAnswer = (sender: Partial<AnsweringSender>, bic: string): boolean =>
  whyNot({ country: 'TL', role: 'institution', ...sender }, bic) === undefined

describe('an institution with its own key', () => {
  test.each([
    [['KMNSTLDL'], 'KMNSTLDL', true],
    [['KMNSTLDL'], 'KMNSTLDLXXX', true],
    [['KMNSTLDL'], 'KMNSTLDLVIQ', true],
    // The branch has its own entry.
    [['KMNSTLDL'], 'KMNSTLDLBAU', false],
    [['KMNSTLDLBAU'], 'KMNSTLDLBAU', true],
    [['KMNSTLDLBAU'], 'KMNSTLDL', false],
    [['LORSTLDLXXX'], 'LORSTLDL', true],
    [['LORSTLDLXXX'], 'KMNSTLDL', false],
    [['KMNSTLDL'], 'NOBOTLDL', false],
  ])('%j answers an order of %s: %s', (bics, bic, may) => {
    expect(mayAnswer({ bics }, bic)).toBe(may)
  })
})

test('a key of the country answers as institution if no institution has its own key, and a folder for its institutions in the directory', () => {
  expect([mayAnswer({}, 'NOBOTLDL'), mayAnswer({}, 'KMNSTLDLVIQ'), mayAnswer({}, 'LORSTLDL')]).toEqual([true, false, false])
  expect(mayAnswer({ byFolder: true }, 'KMNSTLDL')).toBe(true)
  expect(whyNot({ country: 'SG', role: 'institution' }, 'KMNSTLDL')).toBeUndefined()
})

test('the FIU answers orders that the directory gives to no institution', () => {
  expect([
    mayAnswer({ role: 'fiu' }, 'LORSTLDL'),
    mayAnswer({ role: 'fiu' }, 'KMNSTLDL'),
    mayAnswer({ role: 'fiu' }, 'KMNSTLDLVIQ'),
  ]).toEqual([true, false, false])
  const everybody = createAnswerObstacleFinder({ get: () => timorLeste }, () => new Map())
  expect(everybody({ country: 'TL', role: 'fiu' }, 'KMNSTLDL')).toBeUndefined()
})
