import type { ChildView } from '@holdfast/payment-stop/language'
import type { Finding } from '@holdfast/schemas'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterContextProvider } from '@tanstack/react-router'
import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { RefusalText } from '../commands/refusal-text.tsx'
import { loadTranslate, type Translate, TranslateContext } from '../locales/index.ts'
import { PageWorkflowContext } from '../workflow/page-workflow.ts'
import { DocumentView, documentIn, isErasedIn } from './document/document.tsx'
import type { AnyFact } from './facts/any-fact.ts'
import { BodyValues } from './facts/fact-values.tsx'
import { statedBy } from './facts/resulting-state.ts'
import { MoneyPicture } from './money/money-picture.tsx'
import { paymentStops } from './payment-stops.tsx'
import { DataPairs } from './request/act/data-pairs.tsx'
import { chartPathOf } from './request/chart/chart-path.ts'
import { StateChart } from './request/chart/state-chart.tsx'
import { Children } from './request/children.tsx'
import { FactRow } from './request/history/fact-row.tsx'

const [en, fr, es, ar] = await Promise.all([loadTranslate('en'), loadTranslate('fr'), loadTranslate('es'), loadTranslate('ar')])

const root = createRootRoute()
const router = createRouter({
  routeTree: root.addChildren([createRoute({ getParentRoute: () => root, path: '/requests/$id' })]),
  history: createMemoryHistory(),
})

/** Children may be passed as a separate argument. */
const Routed = RouterContextProvider as (props: { readonly router: never; readonly children?: ReactNode }) => ReactNode
const drawn = (part: ReactNode, t: Translate = en): string =>
  renderToStaticMarkup(
    createElement(
      Routed,
      { router: router as never },
      createElement(TranslateContext, { value: t }, createElement(PageWorkflowContext, { value: paymentStops }, part)),
    ),
  )
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

test('the money bar has a text of what it shows, and draws no empty part', () => {
  const markup = drawn(createElement(MoneyPicture, { amounts }))
  expect(markup).toContain('Of the requested amount: Frozen USD 80,000.00, Moved onward USD 20,000.00')
  const bar = markup.slice(markup.indexOf('role="img"'), markup.indexOf('<table'))
  expect([...bar.matchAll(/data-part="(\w+)"/g)].map(([, part]) => part)).toEqual(['frozen', 'movedOnward'])
  expect(textOf(markup)).toContain('Frozen USD 80,000.00 80%')
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
  data: { resultingState: { states: ['frozen.coverage.full'], deadlines: [], revision: 1 }, ...data } as AnyFact['data'],
})
const row = (shown: AnyFact, t?: Translate) =>
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
      t,
    ),
  )

test('a fact shows its kind, actor, proposer, amounts and codes as text', () => {
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

test('a fact of an unknown kind is shown by its name', () => {
  expect(row(fact('FreezeShared', { with: 'FR' }))).toContain('A kind of fact that this page does not know: \u2068FreezeShared\u2069')
})

test('a finding shows rule, severity, field and advice: in English the engine’s own text', () => {
  const findings: Finding[] = [{ rule: 'V09', severity: 'flag', path: '/payment/executedAt', message: 'answer at once' }]
  expect(row(fact('RequestVerified', { findings }))).toContain('V09 Noted Payment › Executed at answer at once')
  const arabic = row(fact('RequestVerified', { findings }), ar)
  expect(arabic).toContain(`V09 للعلم الدفعة ‹ نُفّذت في ${ar('rules.V09.flag')} ${ar('engineMessage')} answer at once`)
})

test('a refusal is shown in the reader’s language, and on demand in the engine’s text', () => {
  const no = {
    code: 'HOLD_TOO_LONG',
    message: 'the hold ends too late',
    problems: [{ code: 'RULE' as const, path: '/expiresAt', message: 'must be earlier' }],
  }
  const markup = drawn(createElement(RefusalText, no), ar)
  const said = textOf(markup.replaceAll(/<details.*?<\/details>/g, ''))
  expect(said).toContain(ar('refusals.HOLD_TOO_LONG'))
  expect(said).toContain(ar('fields.expiresAt'))
  expect(said).not.toMatch(/[A-Za-z]/)
  expect(markup).toMatch(/<details[^>]*><summary[^>]*>[^<]*<\/summary><bdi lang="en" dir="ltr">the hold ends too late<\/bdi><\/details>/)
  expect(drawn(createElement(RefusalText, no))).not.toContain('<details')
  expect(textOf(drawn(createElement(RefusalText, no)))).toContain(`${en('refusals.HOLD_TOO_LONG')} the hold ends too late`)
})

test('the chart has a text alternative: the current state and the path', () => {
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

test('the list of moved money shows onward requests, reasons and unknown destinations', () => {
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
  expect(waits).toBe('Japan USD 4.00 Waits for your decision: follow it or not')
  expect(declined).toBe('France USD 5.00 Not followed, as your country decided')
})

test('the data to confirm is shown completely: each value with its name', () => {
  const data = { amount: usd('5.00'), country: 'AE', onward: { creditor: { name: 'Creek', account: { other: '0012' } } } }
  expect(textOf(drawn(createElement(DataPairs, { data })))).toBe(
    'Amount USD 5.00 Country United Arab Emirates ' +
      'Payment by which it moved on · Creditor · Name Creek Payment by which it moved on · Creditor · Account · Account number 0012',
  )
})

test('the document is the newest one in the facts', () => {
  const facts = [
    fact('RequestOpened', { request: { caseReference: 'old' } }),
    fact('InformationProvided', { note: 'in words' }),
    fact('RequestReopened', { reason: 'found', request: { caseReference: 'new' } }),
    fact('RequestVerified', { findings: [] }),
  ]
  expect(documentIn(facts)?.caseReference).toBe('new')
  expect(documentIn(facts.slice(0, 2))?.caseReference).toBe('old')
})

const block = { key: '3f0d6a38-6a50-4d0e-9a2e-5f2b7f9d7a11', ciphertext: 'AAAA', digest: '0'.repeat(64) }
/** As a desk sends a document whose key was destroyed. */
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
])('erased personal data is marked as erased in its place, in %s', (_tag, t) => {
  const facts = [fact('RequestOpened', { request: closed, encrypted: block })]
  const document = documentIn(facts) as typeof closed
  expect(isErasedIn(facts)).toBe(true)
  const erased = t('work.field.erased')
  const shown = textOf(drawn(createElement(DocumentView, { document: document as never, isErased: true, requestId: 'r', may: 'now' }), t))
  // The victim's name, the creditor's, the account, whom to ask, and what happened.
  expect(shown.split(erased)).toHaveLength(6)
  expect(shown).toContain('BANKTLDI')
  expect(shown).not.toMatch(/undefined|object Object|null/)
  const said = textOf(drawn(createElement(BodyValues, { body: { command: 'Withdraw', data: { encrypted: block } } }), t))
  expect(said).toContain(erased)
  const pairs = textOf(drawn(createElement(DataPairs, { data: { amount: usd('5.00'), encrypted: block } }), t))
  expect(pairs).toContain(erased)
  expect(pairs).not.toContain('AAAA')
})

test('a decrypted block is no part of the officer’s data', () => {
  const opened = { ...block, decrypted: { salt: '0'.repeat(32), pointers: ['/reason'] } }
  expect(textOf(drawn(createElement(DataPairs, { data: { reason: 'Paid back', encrypted: opened } })))).toBe('Reason Paid back')
  expect(isErasedIn([fact('RequestOpened', { request: closed, encrypted: opened })])).toBe(false)
})

test('a signature is not shown among the data to confirm', () => {
  const signed = { type: 'holdfast.answer.v1', jws: 'e30..AAAA', id: 'answer-1', source: '/institutions/tl', data: { kind: 'interim' } }
  expect(textOf(drawn(createElement(DataPairs, { data: { reason: 'Paid back', signed } })))).toBe('Reason Paid back')
})
