import { expect, test } from 'vitest'
import { en } from '../words/en.ts'
import { firstPageOf, type PageReader, pagesFor } from './pages.ts'

const namesFor = (reader: PageReader) => pagesFor(reader, en).map(({ name }) => name)

test('a desk begins with its board, and a unit has nothing but what is shared with it', () => {
  expect(namesFor({ country: 'SG' })).toEqual(['Board', 'Work', 'Now'])
  expect(namesFor({ country: 'SG', unit: 'cybercrime' })).toEqual(['Shared with your unit'])
})

test('the General Secretariat begins with what is now, and has no work of a desk', () => {
  expect(namesFor({ country: 'XP' })).toEqual(['Now', 'Shared with your unit'])
  expect([{ country: 'XP' }, { country: 'SG' }].map(firstPageOf)).toEqual(['/now', '/'])
})
