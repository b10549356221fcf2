import { expect, test } from 'vitest'
import { translateToEnglish } from '../locales/translate.ts'
import { firstPageOf, type PageReader, pagesFor } from './pages.ts'

const namesFor = (reader: PageReader) => pagesFor(reader, translateToEnglish).map(({ name }) => name)

test('a desk starts with its board, and a unit has only shared requests', () => {
  expect(namesFor({ country: 'SG' })).toEqual(['Board', 'Work', 'Now'])
  expect(namesFor({ country: 'SG', unit: 'cybercrime' })).toEqual(['Shared with your unit'])
})

test('the General Secretariat starts with the overview, and has no desk work', () => {
  expect(namesFor({ country: 'XP' })).toEqual(['Now', 'Shared with your unit'])
  expect([{ country: 'XP' }, { country: 'SG' }].map(firstPageOf)).toEqual(['/now', '/'])
})
