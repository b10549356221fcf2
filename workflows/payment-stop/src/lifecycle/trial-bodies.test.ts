import { shareExtents, specialUnits } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { command, declineOnward, follow, frozen, type History, history, moved, open, pass, request } from '../../test/lifecycle/world.ts'
import { commandExamples, documentOf, freezeBasisSchema } from '../language/index.ts'
import { trialBodies } from './trial-bodies.ts'

const onward = {
  rail: 'SWIFT',
  executedAt: '2024-07-23T18:00:00+08:00',
  creditor: { name: 'A mule', account: { other: '3' } },
  creditorAgent: { bic: 'EXMPMYKL' },
} as const
const share = (country: string) =>
  command('ShareRequest', { with: { country, unit: 'cybercrime' }, extent: 'history', purpose: 'The same accounts' }, 'officer')

const bodiesOf = (kind: Parameters<typeof trialBodies>[0], h: History, encrypted?: Parameters<typeof trialBodies>[2]['encrypted']) => {
  const document = h.facts.map(documentOf).findLast(found => found !== undefined)
  if (!document) throw new Error('the request has no document')
  return trialBodies(kind, h.current(), { document, encrypted })
}
const least = { currency: 'USD', value: '0.01' }

describe('the data to try a command with', () => {
  test('is the smallest amount in the currency of the request', () => {
    const h = frozen('920.00')
    expect(bodiesOf('ReportFreeze', h)).toEqual([{ amount: least, basis: 'VOLUNTARY' }])
    expect(bodiesOf('ReportMovedOnward', h)).toEqual([{ amount: least, country: 'TL' }])
    expect(bodiesOf('ReportReturn', h)).toEqual([{ amount: least, reference: 'A return' }])
  })

  test('is one unit in an invalid currency', () => {
    const h = history(open({ ...request, requestedAmount: { currency: 'XXY', value: '5' } }))
    expect(bodiesOf('ReportFreeze', h)).toEqual([{ amount: { currency: 'XXY', value: '1' }, basis: 'VOLUNTARY' }])
  })

  test('has each reason, basis and answer of which one may be legal and another not', () => {
    const h = frozen('920.00')
    expect(bodiesOf('ReportNotFound', h)).toEqual([{ reason: 'AC04' }, { reason: 'NOOR' }])
    expect(bodiesOf('ExtendFreeze', h)).toEqual(freezeBasisSchema.options.map(basis => ({ ...commandExamples.ExtendFreeze, basis })))
    expect(bodiesOf('CorrectAnswer', h)).toEqual(
      ['frozen', 'movedOnward', 'noFunds', 'notFound'].map(corrects =>
        expect.objectContaining({ ...commandExamples.CorrectAnswer, corrects }),
      ),
    )
  })

  test('answers a question with a note, or with the document and its encrypted field', () => {
    const h = history(open())
    expect(bodiesOf('ProvideInformation', h)).toEqual([{ note: 'An answer' }, { request }])
    const encrypted = { key: 'k', ciphertext: 'c', digest: 'd' } as never
    expect(bodiesOf('ProvideInformation', h, encrypted)).toEqual([{ note: 'An answer' }, { request, encrypted }])
  })

  test('names the reports of money moved onward that are open, else the newest, else the newest fact', () => {
    const none = history(open(), pass())
    expect(bodiesOf('FollowOnward', none)).toEqual([{ report: 2 }])
    const h = history(open(), pass(), moved('1.00', { onward }), moved('2.00', { onward }), moved('3.00'))
    const declined = { reason: 'Its requester says so' }
    expect(bodiesOf('FollowOnward', h)).toEqual([{ report: 3 }, { report: 4 }])
    expect(bodiesOf('DeclineOnward', h)).toEqual([
      { report: 3, ...declined },
      { report: 4, ...declined },
    ])
    h.give(declineOnward(3))
    expect(bodiesOf('FollowOnward', h)).toEqual([{ report: 3 }, { report: 4 }])
    expect(bodiesOf('DeclineOnward', h)).toEqual([{ report: 4, ...declined }])
    h.give(follow(3))
    h.give(follow(4))
    expect(bodiesOf('DeclineOnward', h)).toEqual([{ report: 5, ...declined }])
  })

  test('shares with every unit of both countries, and withdraws the shares that exist', () => {
    const h = frozen('920.00')
    const units = ['SG', 'TL'].flatMap(country => specialUnits.map(unit => ({ country, unit })))
    expect(bodiesOf('ShareRequest', h)).toEqual(
      units.flatMap(unit => shareExtents.map(extent => ({ ...commandExamples.ShareRequest, with: unit, extent }))),
    )
    expect(bodiesOf('WithdrawShare', h)).toEqual([{ ...commandExamples.WithdrawShare, share: 3 }])
    h.give(share('FR'))
    h.give(share('MY'))
    expect(bodiesOf('WithdrawShare', h)).toEqual([4, 5].map(fact => ({ ...commandExamples.WithdrawShare, share: fact })))
  })

  test('is the example of any other command', () => {
    const h = frozen('920.00')
    expect(bodiesOf('Withdraw', h)).toEqual([commandExamples.Withdraw])
    expect(bodiesOf('ProposeVerification', h)).toEqual([commandExamples.ProposeVerification ?? {}])
  })
})
