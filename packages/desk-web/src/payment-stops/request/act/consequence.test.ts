import { expect, test } from 'vitest'
import { loadTranslate, type Translate } from '../../../locales/translate.ts'
import { amountOf, doneText } from '../../commands/done.ts'
import { consequenceOf } from './consequence.ts'

const [en, fr, es, ar] = await Promise.all([loadTranslate('en'), loadTranslate('fr'), loadTranslate('es'), loadTranslate('ar')])

const usd = (value: string) => ({ currency: 'USD', value })
/** 200,000 were frozen, of which 80,000 were returned or charged. */
const frozen = {
  phase: 'frozen',
  amounts: {
    requested: usd('200000.00'),
    frozen: usd('200000.00'),
    recovered: usd('79990.00'),
    charges: usd('10.00'),
    movedOnward: usd('0.00'),
    released: usd('0.00'),
  },
} as const
const amount = '\u2066USD 120,000.00\u2069'

test.each([
  [en, `${amount} will be released. This can not be undone.`],
  [fr, `${amount} seront débloqués. Cela ne peut pas être annulé.`],
  [es, `${amount} quedarán liberados. Esto no se puede deshacer.`],
  [ar, `سيُفرج عن ${amount}. لا يمكن التراجع عن ذلك.`],
] as ReadonlyArray<readonly [Translate, string]>)('a release names the amount that is still held, in $0.tag', (t, sentence) => {
  expect(consequenceOf('Release', { reason: 'COURT_ORDER' }, frozen, t)).toBe(sentence)
})

test('a withdrawal releases money only if some is frozen', () => {
  expect(consequenceOf('Withdraw', { reason: 'paid back' }, frozen, en)).toBe(
    `The request ends, and ${amount} will be released. This can not be undone.`,
  )
  expect(consequenceOf('Withdraw', { reason: 'paid back' }, { ...frozen, phase: 'verified' }, en)).toBe(
    'The request ends. The institution is instructed to stop looking.',
  )
})

test('a report names its own amount and country', () => {
  expect(consequenceOf('ReportMovedOnward', { amount: usd('2100.00'), country: 'AE' }, frozen, en)).toBe(
    'It is on record that \u2066USD 2,100.00\u2069 moved on to United Arab Emirates. What is reported can not be taken back.',
  )
})

test('without a readable amount, the sentence says that it stays in the history', () => {
  const amounts = { ...frozen.amounts, frozen: undefined }
  expect(consequenceOf('Release', {}, { ...frozen, amounts }, en)).toBe(en('request.consequences.other'))
})

test('the result is described by its fact, with its amount', () => {
  expect(doneText('InitiateReturn', { basis: 'CONSENT' }, frozen.amounts, en)).toBe(`Done: Return initiated, ${amount}.`)
  expect(doneText('AcknowledgeOrder', {}, frozen.amounts, en)).toBe('Done: Order acknowledged.')
  expect(doneText('InitiateReturn', { basis: 'CONSENT' }, frozen.amounts, ar)).toContain(amount)
})

test('the amount of a proposal is its own, the frozen one, or for a verification the requested one', () => {
  expect(amountOf('ReportReturn', { amount: usd('5.00') }, frozen.amounts)).toEqual(usd('5.00'))
  expect(amountOf('Release', { reason: 'COURT_ORDER' }, frozen.amounts)).toEqual(usd('120000.00'))
  expect(amountOf('ApproveVerification', {}, frozen.amounts)).toEqual(usd('200000.00'))
})
