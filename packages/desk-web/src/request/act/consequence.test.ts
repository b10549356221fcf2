import { expect, test } from 'vitest'
import { amountOf, doneText } from '../../commands/done.ts'
import { ar } from '../../words/ar.ts'
import { en, type Words } from '../../words/en.ts'
import { es } from '../../words/es.ts'
import { fr } from '../../words/fr.ts'
import { consequenceOf } from './consequence.ts'

const usd = (value: string) => ({ currency: 'USD', value })
/** 200,000 were held, of which 80,000 are back and charged. */
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
  [en, `${amount} will be let go. This can not be undone.`],
  [fr, `${amount} seront débloqués. Cela ne peut pas être annulé.`],
  [es, `${amount} quedarán liberados. Esto no se puede deshacer.`],
  [ar, `سيُفرج عن ${amount}. لا يمكن التراجع عن ذلك.`],
] as ReadonlyArray<readonly [Words, string]>)('a release lets go what is held still, in $0.tag', (words, sentence) => {
  expect(consequenceOf('Release', { reason: 'COURT_ORDER' }, frozen, words)).toBe(sentence)
})

test('a withdrawal lets money go only where some is held', () => {
  expect(consequenceOf('Withdraw', { reason: 'paid back' }, frozen, en)).toBe(
    `The request ends, and ${amount} will be let go. This can not be undone.`,
  )
  expect(consequenceOf('Withdraw', { reason: 'paid back' }, { ...frozen, phase: 'verified' }, en)).toBe(
    'The request ends. The institution is told to stop looking.',
  )
})

test('a report names its own amount and country', () => {
  expect(consequenceOf('ReportMovedOnward', { amount: usd('2100.00'), country: 'AE' }, frozen, en)).toBe(
    'It is on record that \u2066USD 2,100.00\u2069 moved on to United Arab Emirates. What is reported can not be taken back.',
  )
})

test('where no amount can be read it is said that it stays in the history', () => {
  const amounts = { ...frozen.amounts, frozen: undefined }
  expect(consequenceOf('Release', {}, { ...frozen, amounts }, en)).toBe(en.request.consequences.other)
})

test('what was done is told by its fact, with the money that it was about', () => {
  expect(doneText('InitiateReturn', { basis: 'CONSENT' }, frozen.amounts, en)).toBe(`Done: Return initiated, ${amount}.`)
  expect(doneText('AcknowledgeOrder', {}, frozen.amounts, en)).toBe('Done: Order acknowledged.')
  expect(doneText('InitiateReturn', { basis: 'CONSENT' }, frozen.amounts, ar)).toContain(amount)
})

test('a proposal is about what it says itself, what is held, or what a request that is verified asks for', () => {
  expect(amountOf('ReportReturn', { amount: usd('5.00') }, frozen.amounts)).toEqual(usd('5.00'))
  expect(amountOf('Release', { reason: 'COURT_ORDER' }, frozen.amounts)).toEqual(usd('120000.00'))
  expect(amountOf('ApproveVerification', {}, frozen.amounts)).toEqual(usd('200000.00'))
})
