import type { RequestView } from '@holdfast/schemas'
import { expect, test } from 'vitest'
import { translateToEnglish } from '../locales/translate.ts'
import { foundEntries, matching } from './entries.ts'

const entries = [
  { id: 'b', href: '/', name: 'Board' },
  { id: 'i', href: '/inbox', name: 'À traiter', detail: 'g i' },
  { id: 'v', href: '/?phase=frozen', name: 'Held for long' },
]
const idsOf = (typed: string) => matching(entries, typed).map(({ id }) => id)

test('the typed text matches the beginnings of words, regardless of accents and case', () => {
  expect(idsOf('bo')).toEqual(['b'])
  expect(idsOf('a TRAI')).toEqual(['i'])
  expect(idsOf('lo he')).toEqual(['v'])
  expect(idsOf('ard')).toEqual([])
})

test('without a text all entries are listed', () => expect(idsOf('  ')).toEqual(['b', 'i', 'v']))

test('each case of the found requests is offered once, with any characters in its reference', () => {
  const request = (requestId: string) => ({ requestId, caseReference: 'SPF/7', requestingCountry: 'SG' }) as RequestView
  const found = foundEntries([request('0123456789'), request('abcdefghij')], () => ['SG', 'TL'], translateToEnglish)
  expect(found.map(({ href, name, detail }) => [href, name, detail])).toEqual([
    ['/cases/SG/SPF%2F7', 'Case SPF/7', 'SG'],
    ['/requests/0123456789', 'Request SPF/7', '01234567 · SG · TL'],
    ['/requests/abcdefghij', 'Request SPF/7', 'abcdefgh · SG · TL'],
  ])
})
