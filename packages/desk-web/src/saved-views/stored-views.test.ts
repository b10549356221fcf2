import { expect, test } from 'vitest'
import { readKept, renamed, type SavedView, viewsMax, withoutView, withView } from './stored-views.ts'

const frozen: SavedView = { name: 'Held', search: { phase: 'frozen' } }
const old: SavedView = { name: 'Old', search: { age: 7 } }

test('stored views are read, separately for each person', () => {
  const storedViews = { 'SG/officer/a.tan': [frozen], 'SG/officer/b.lim': [old] }
  expect(readKept(JSON.stringify(storedViews))).toEqual(storedViews)
})

test('invalid views are dropped, and so are search texts', () => {
  const text = JSON.stringify({
    a: [{ name: 'x', search: { q: 'Tan Ah Kow', phase: 'frozen', more: 1 } }, { name: '', search: {} }, 'text', null, { name: 'y' }],
    b: 'no list',
  })
  expect(readKept(text)).toEqual({ a: [{ name: 'x', search: { phase: 'frozen' } }], b: [] })
  expect([null, 'no JSON', '7', 'null'].map(readKept)).toEqual([{}, {}, {}, {}])
})

test('a view with the same name is replaced at its position', () => {
  expect(withView([frozen, old], { name: 'Held', search: { phase: 'closed' } })).toEqual([
    { name: 'Held', search: { phase: 'closed' } },
    old,
  ])
})

test('a view is renamed, and replaces another one with that name', () => {
  expect(renamed([frozen, old], 'Held', 'Old')).toEqual([{ name: 'Old', search: { phase: 'frozen' } }])
  expect(renamed([frozen, old], 'Held', 'Held')).toEqual([frozen, old])
  expect(withoutView([frozen, old], 'Held')).toEqual([old])
})

test('the oldest view is dropped beyond the maximum', () => {
  const many = Array.from({ length: viewsMax }, (_, n) => ({ name: `v${n}`, search: {} }))
  expect(withView(many, frozen).map(({ name }) => name)).toEqual([...many.slice(1).map(({ name }) => name), 'Held'])
})
