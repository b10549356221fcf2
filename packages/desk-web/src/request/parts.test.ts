import type { ChildView, Finding } from '@holdfast/schemas'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterContextProvider } from '@tanstack/react-router'
import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { RefusalText } from '../commands/refusal-text.tsx'
import { DocumentView, documentIn, isErasedIn } from '../document/document.tsx'
import { BodyValues } from '../facts/fact-values.tsx'
import type { AnyFact } from '../facts/history-pages.ts'
import { statedBy } from '../facts/resulting-state.ts'
import { MoneyPicture } from '../money/money-picture.tsx'
import { ar } from '../words/ar.ts'
import { en } from '../words/en.ts'
import { es } from '../words/es.ts'
import { fr } from '../words/fr.ts'
import { type Words, WordsContext } from '../words/index.ts'
import { DataPairs } from './act/data-pairs.tsx'
import { chartPathOf } from './chart/chart-path.ts'
import { StateChart } from './chart/state-chart.tsx'
import { Children } from './children.tsx'
import { FactRow } from './history/fact-row.tsx'

const root = createRootRoute()
const router = createRouter({
  routeTree: root.addChildren([createRoute({ getParentRoute: () => root, path: '/requests/$id' })]),
  history: createMemoryHistory(),
})

/** Its children may come beside it, as those of any part do. */
const Routed = RouterContextProvider as (props: { readonly router: never; readonly children?: ReactNode }) => ReactNode
const drawn = (part: ReactNode, words: Words = en): string =>
  renderToStaticMarkup(createElement(Routed, { router: router as never }, createElement(WordsContext, { value: words }, part)))
/** What is read, without the marks of the page. */
const textOf = (markup: string): string =>
  markup
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

const usd = (value: string) => ({ currency: 'USD', value })
const amounts = {
  requested: usd('100000.00'),
  frozen: usd('80000.00'),
  recovered: usd('0.00'),
  charges: usd('0.00'),
  movedOnward: usd('20000.00'),
  released: usd('0.00'),
}

test('the bar of the money says in words what it shows, and draws no part that is nothing', () => {
  const markup = drawn(createElement(MoneyPicture, { amounts }))
  expect(markup).toContain('Of what was asked for: Held USD 80,000.00, Moved onward USD 20,000.00')
  const bar = markup.slice(markup.indexOf('role="img"'), markup.indexOf('<table'))
  expect([...bar.matchAll(/data-part="(\w+)"/g)].map(([, part]) => part)).toEqual(['frozen', 'movedOnward'])
  expect(textOf(markup)).toContain('Held USD 80,000.00 80%')
})

const fact = (type: string, data: object): AnyFact => ({
  id: 'f3',
  subject: 'r',
  type: `holdfast.fact.v1.${type}`,
  time: '2024-07-23T02:25:00.000Z',
  sequence: 3,
  phase: 'frozen',
  prevhash: '0'.repeat(64),
  hash: '1'.repeat(64),
  actor: 'TL/authority/b.belo',
  causationid: '7b075bbb-7b66-53ec-bc21-e0d8799b9dde',
  data: { ledTo: { states: ['frozen.coverage.full'], deadlines: [], revision: 1 }, ...data } as AnyFact['data'],
})
const row = (shown: AnyFact, words?: Words) =>
  textOf(
    drawn(
      createElement(FactRow, {
        fact: shown,
        before: statedBy(shown),
        after: statedBy(shown),
        cause: undefined,
        isShown: false,
        isLater: false,
      }),
      words,
    ),
  )

test('a fact says what, by whom, who proposed it, its sums and its codes in words', () => {
  const released = fact('FreezeReleased', {
    reason: 'COURT_ORDER',
    reference: 'C-121',
    amount: usd('1234.50'),
    proposedBy: 'TL/authority/a.costa',
  })
  const text = row(released)
  expect(text).toMatch(/^3 Money released /)
  expect(text).toContain('by b.belo · competent authority · Timor-Leste')
  expect(text).toContain('proposed by a.costa')
  expect(text).toContain('USD 1,234.50')
  expect(text).toContain('Reason Court order COURT_ORDER')
  expect(row(released, ar)).toContain('أُفرج عن الأموال')
})

test('a fact of a kind to come is shown as what it is', () => {
  expect(row(fact('FreezeShared', { with: 'FR' }))).toContain('A kind of fact that this page does not know: \u2068FreezeShared\u2069')
})

test('a finding has its rule, how grave it is, where, and what to do: in English as the engine says it', () => {
  const findings: Finding[] = [{ rule: 'V09', severity: 'flag', path: '/payment/executedAt', message: 'answer at once' }]
  expect(row(fact('RequestVerified', { findings }))).toContain('V09 Noted Payment › Executed at answer at once')
  const arabic = row(fact('RequestVerified', { findings }), ar)
  expect(arabic).toContain(`V09 للعلم الدفعة ‹ نُفّذت في ${ar.rules['V09.flag']} ${ar.engineWords} answer at once`)
})

test('a no is said in the words of the reader, and in those of the engine where one asks for them', () => {
  const no = {
    code: 'HOLD_TOO_LONG',
    message: 'the hold ends too late',
    problems: [{ code: 'RULE' as const, path: '/expiresAt', message: 'must be earlier' }],
  }
  const markup = drawn(createElement(RefusalText, no), ar)
  const said = textOf(markup.replaceAll(/<details.*?<\/details>/g, ''))
  expect(said).toContain(ar.refusals.HOLD_TOO_LONG)
  expect(said).toContain(ar.fields.expiresAt)
  expect(said).not.toMatch(/[A-Za-z]/)
  expect(markup).toMatch(/<details[^>]*><summary[^>]*>[^<]*<\/summary><bdi lang="en" dir="ltr">the hold ends too late<\/bdi><\/details>/)
  expect(drawn(createElement(RefusalText, no))).not.toContain('<details')
  expect(textOf(drawn(createElement(RefusalText, no)))).toContain(`${en.refusals.HOLD_TOO_LONG} the hold ends too late`)
})

test('the chart is read without being seen: where the request is, and which way it went', () => {
  const hold = ['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.idle']
  const states = [['received.assessing'], ['verified.ordering'], hold]
  const markup = drawn(
    createElement(StateChart, { way: chartPathOf(states.map((each, at) => ({ sequence: at + 1, states: each }))), isNow: true }),
  )
  const caption = textOf(markup.slice(markup.indexOf('<figcaption')))
  expect(caption).toBe(
    'The request is here: Frozen · Coverage: In part · Mandate: Provisional · Recovery: Not begun. Way travelled ' +
      'begun as Received · Being checked from Received · Being checked to Verified · Order on its way by fact 2 ' +
      'from Verified · Order on its way to Frozen · Coverage: In part · Mandate: Provisional · Recovery: Not begun by fact 3',
  )
  expect(markup).toMatch(/<svg[^>]*aria-hidden="true"/)
})

test('where money went: what follows it, why nothing does, and what is not known', () => {
  const items: ChildView[] = [
    { country: 'MY', amount: usd('1.00'), requestId: '34adff84-4694-51dd-8c81-3ee56e269aea', phase: 'frozen' },
    { country: 'TH', amount: usd('2.00'), requestId: '44adff84-4694-51dd-8c81-3ee56e269aea' },
    { country: 'AE', amount: usd('3.00'), childless: 'HOP_LIMIT' },
    { country: 'JP', amount: usd('4.00'), report: 5 },
    { country: 'FR', amount: usd('5.00'), report: 6, declined: true },
  ]
  const [follows, unknown, childless, waits, declined] = drawn(createElement(Children, { items }))
    .split(/<li[^>]*>/)
    .slice(1)
    .map(textOf)
  expect(follows).toBe('Malaysia USD 1.00 Frozen 34adff84')
  expect(unknown).toBe('Thailand USD 2.00 ? Not known to your country')
  expect(childless).toBe('United Arab Emirates USD 3.00 Nothing follows it: The money has moved on too often HOP_LIMIT')
  expect(waits).toBe('Japan USD 4.00 Waits for your word: follow it or not')
  expect(declined).toBe('France USD 5.00 Not followed, as your country said')
})

test('what a person stands behind is shown whole: each value with its name', () => {
  const data = { amount: usd('5.00'), country: 'AE', onward: { creditor: { name: 'Creek', account: { other: '0012' } } } }
  expect(textOf(drawn(createElement(DataPairs, { data })))).toBe(
    'Amount USD 5.00 Country United Arab Emirates ' +
      'Payment by which it moved on · Creditor · Name Creek Payment by which it moved on · Creditor · Account · Account number 0012',
  )
})

test('the document is the newest that was brought', () => {
  const facts = [
    fact('RequestOpened', { request: { caseReference: 'old' } }),
    fact('InformationProvided', { note: 'in words' }),
    fact('RequestReopened', { reason: 'found', request: { caseReference: 'new' } }),
    fact('RequestVerified', { findings: [] }),
  ]
  expect(documentIn(facts)?.caseReference).toBe('new')
  expect(documentIn(facts.slice(0, 2))?.caseReference).toBe('old')
})

const block = { key: '3f0d6a38-6a50-4d0e-9a2e-5f2b7f9d7a11', box: 'AAAA', digest: '0'.repeat(64) }
/** As a desk gives a document whose key is gone. */
const closed = {
  caseReference: 'SG-1',
  victim: { country: 'SG' },
  offence: { typology: 'BEC' },
  payment: { amount: usd('5.00'), rail: 'SWIFT', creditorAgent: { bic: 'BANKTLDI' } },
}

test.each([
  ['en', en],
  ['fr', fr],
  ['es', es],
  ['ar', ar],
])('words that nobody can read any more are said to be gone, where they stood, in %s', (_tag, words) => {
  const facts = [fact('RequestOpened', { request: closed, sealed: block })]
  const document = documentIn(facts) as typeof closed
  expect(isErasedIn(facts)).toBe(true)
  const { erased } = words.work.field
  const shown = textOf(
    drawn(createElement(DocumentView, { document: document as never, isErased: true, requestId: 'r', may: 'now' }), words),
  )
  // The victim's name, the creditor's, the account, whom to ask, and what happened.
  expect(shown.split(erased)).toHaveLength(6)
  expect(shown).toContain('BANKTLDI')
  expect(shown).not.toMatch(/undefined|object Object|null/)
  const said = textOf(drawn(createElement(BodyValues, { body: { command: 'Withdraw', data: { sealed: block } } }), words))
  expect(said).toContain(erased)
  const pairs = textOf(drawn(createElement(DataPairs, { data: { amount: usd('5.00'), sealed: block } }), words))
  expect(pairs).toContain(erased)
  expect(pairs).not.toContain('AAAA')
})

test('an opened block is none of what a person said', () => {
  const opened = { ...block, opened: { salt: '0'.repeat(32), places: ['/reason'] } }
  expect(textOf(drawn(createElement(DataPairs, { data: { reason: 'Paid back', sealed: opened } })))).toBe('Reason Paid back')
  expect(isErasedIn([fact('RequestOpened', { request: closed, sealed: opened })])).toBe(false)
})

test('a signature is for who verifies it, and none of what somebody stands behind', () => {
  const signed = { type: 'holdfast.answer.v1', jws: 'e30..AAAA', id: 'answer-1', source: '/institutions/tl', data: { kind: 'interim' } }
  expect(textOf(drawn(createElement(DataPairs, { data: { reason: 'Paid back', signed } })))).toBe('Reason Paid back')
})
