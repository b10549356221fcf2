import { expect, test } from 'vitest'
import { readKept, renamed, type SavedView, viewsMax, withoutView, withView } from './stored-views.ts'

const frozen: SavedView = { name: 'Held', search: { phase: 'frozen' } }
const old: SavedView = { name: 'Old', search: { age: 7 } }

test('what was kept is read, each person’s own', () => {
  const kept = { 'SG/officer/a.tan': [frozen], 'SG/officer/b.lim': [old] }
  expect(readKept(JSON.stringify(kept))).toEqual(kept)
})

test('what somebody put there that is no view is left out, and what was searched for most of all', () => {
  const text = JSON.stringify({
    a: [{ name: 'x', search: { q: 'Tan Ah Kow', phase: 'frozen', more: 1 } }, { name: '', search: {} }, 'text', null, { name: 'y' }],
    b: 'no list',
  })
  expect(readKept(text)).toEqual({ a: [{ name: 'x', search: { phase: 'frozen' } }], b: [] })
  expect([null, 'no JSON', '7', 'null'].map(readKept)).toEqual([{}, {}, {}, {}])
})

test('a view of the same name is replaced where it stands', () => {
  expect(withView([frozen, old], { name: 'Held', search: { phase: 'closed' } })).toEqual([
    { name: 'Held', search: { phase: 'closed' } },
    old,
  ])
})

test('a view is renamed, and one that has the name already gives way', () => {
  expect(renamed([frozen, old], 'Held', 'Old')).toEqual([{ name: 'Old', search: { phase: 'frozen' } }])
  expect(renamed([frozen, old], 'Held', 'Held')).toEqual([frozen, old])
  expect(withoutView([frozen, old], 'Held')).toEqual([old])
})

test('the oldest goes where there are too many', () => {
  const many = Array.from({ length: viewsMax }, (_, n) => ({ name: `v${n}`, search: {} }))
  expect(withView(many, frozen).map(({ name }) => name)).toEqual([...many.slice(1).map(({ name }) => name), 'Held'])
})
