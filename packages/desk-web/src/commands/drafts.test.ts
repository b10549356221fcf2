import type { SessionView } from '@holdfast/schemas'
import { beforeEach, expect, test } from 'vitest'
import { createDrafts, type Draft, draftMsMax } from './drafts.ts'
import type { KeyStore } from './give.ts'

const sessionOf = (person: string): SessionView => ({
  country: 'SG',
  role: 'officer',
  person,
  now: '2026-03-02T08:00:00Z',
  endsAt: '2026-03-02T16:00:00Z',
})
const tan = sessionOf('a.tan')
const draft: Draft = { requestId: 'r', command: 'Withdraw', values: { '/reason': 'Paid back' } }

function storeOf() {
  const stored = new Map<string, string>()
  const store: KeyStore = {
    getItem: name => stored.get(name) ?? null,
    setItem: (name, text) => void stored.set(name, text),
    removeItem: name => void stored.delete(name),
  }
  return { store, stored }
}

let nowMs = 0
const shared = storeOf()
let tab = storeOf()
let drafts = createDrafts({ tab: tab.store, shared: shared.store, nowMs: () => nowMs })
const otherTab = createDrafts({ tab: storeOf().store, shared: shared.store, nowMs: () => nowMs })

beforeEach(() => {
  nowMs = Date.parse('2026-03-02T08:00:00Z')
  shared.stored.clear()
  tab = storeOf()
  drafts = createDrafts({ tab: tab.store, shared: shared.store, nowMs: () => nowMs })
})
const keep = () => drafts.keep(draft, drafts.ownerOf(tan))

test('a draft is for the same person and request, once, and only its tab stores it', () => {
  keep()
  expect(shared.stored.size).toBe(0)
  expect(drafts.take(tan, 'another')).toBeUndefined()
  expect(drafts.take({ ...tan, now: '2026-03-02T08:01:00Z' }, 'r')).toMatchObject(draft)
  expect(tab.stored.size).toBe(0)
  expect(drafts.take(tan, 'r')).toBeUndefined()
})

test.each<[string, SessionView]>([
  ['another person', sessionOf('b.lim')],
  ['the same name in another country', { ...tan, country: 'TL', role: 'officer' }],
  ['the same name in another role', { ...tan, country: 'SG', role: 'authority' }],
  ['the same name in a unit', { ...tan, unit: 'cybercrime' }],
  ['an operator', { ...tan, country: undefined, role: 'operator' }],
])('a sign-in by %s discards it, at any page', (_who, who) => {
  keep()
  drafts.discardStale(who)
  expect(tab.stored.size).toBe(0)
})

test('it waits for a sign-in for fifteen minutes', () => {
  keep()
  nowMs += draftMsMax - 1
  drafts.discardStale(null)
  expect(tab.stored.size).toBe(1)
  nowMs += 1
  drafts.discardStale(null)
  expect(tab.stored.size).toBe(0)
})

test('it is discarded when the clock was set back, because its age is unknown', () => {
  keep()
  nowMs -= 1
  expect(drafts.take(tan, 'r')).toBeUndefined()
  expect(tab.stored.size).toBe(0)
})

test('a sign-out ends the drafts of all tabs, and of forms that are open in them', () => {
  const owner = drafts.ownerOf(tan)
  drafts.keep(draft, owner)
  otherTab.endAll()
  expect(drafts.take(tan, 'r')).toBeUndefined()
  drafts.keep(draft, owner)
  expect(tab.stored.size).toBe(0)
  keep()
  expect(drafts.take(tan, 'r')).toMatchObject(draft)
  keep()
  drafts.endAll()
  expect(tab.stored.size).toBe(0)
})
