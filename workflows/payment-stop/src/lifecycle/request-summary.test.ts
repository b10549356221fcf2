import { destinationIdOf } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import {
  chained,
  command,
  correct,
  declineOnward,
  follow,
  freeze,
  frozen,
  giveBack,
  type History,
  history,
  moved,
  open,
  pass,
  reopen,
  request,
  requestId,
  takeBack,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import type { Command, Fact, UnknownFact } from '../language/index.ts'
import {
  evolveSummary,
  evolveSummaryByRefusal,
  isKeptFromAddressee,
  parseSummary,
  type RequestSummary,
  serializeSummary,
  summaryOf,
  viewOf,
  viewOfSummary,
} from './request-summary.ts'

const onward = {
  rail: 'SWIFT',
  executedAt: '2024-07-23T18:00:00+08:00',
  creditor: { name: 'A mule', account: { other: '3' } },
  creditorAgent: { bic: 'EXMPMYKL' },
} as const
const parent = { requestId: '9e95f72e-0529-5092-a64e-f4460878dfed', hop: 2 }
const accounts = [destinationIdOf('TL', '2'), destinationIdOf('TH', '7')]
const child = { ...request, beneficiaryCountry: 'MY', parent, payment: { ...request.payment, creditor: onward.creditor } }
const openChild = command('OpenRequest', { request: child, lineage: accounts }, 'dispatch')
const { deniedTo: _deniedTo, ...handling } = request.handling
const share = command(
  'ShareRequest',
  { with: { country: 'FR', unit: 'cybercrime' }, extent: 'history', purpose: 'The same accounts' },
  'officer',
)

/** The summary by facts and refusals, as services other than the ledger derive it. */
function summarised(h: History): RequestSummary {
  let summary: RequestSummary | undefined
  for (const entry of h.entries) {
    const step =
      entry.type === 'holdfast.refusal.v1' ? evolveSummaryByRefusal(summary, entry as never) : evolveSummary(summary, entry as Fact)
    expect(step.accepted).toBe(true)
    summary = step.summary
  }
  if (!summary) throw new Error('nothing was recorded')
  return summary
}

const histories: readonly (readonly [string, History])[] = [
  ['opened', history(open())],
  ['opened without denied countries', history(open({ ...request, handling }))],
  ['verified and frozen', frozen('920.00')],
  ['corrected', history(open(), command('AskInformation', { question: 'Whose?' }, 'desk'), correct({ ...request, caseReference: 'SG-2' }))],
  ['with a parent and earlier accounts', history(openChild, pass())],
  ['with a refusal', history(open(), pass(), freeze('1000.01'), freeze('10.00'))],
  ['shared', history(open(), pass(), share)],
  ['moved onward', history(open(), pass(), moved('1.00', { onward }), moved('2.00'), moved('3.00', { country: 'SG', onward }))],
  ['moved onward with an onward request', history(open(), pass(), moved('1.00', { onward }), moved('2.00', { onward }), follow(4))],
  ['moved onward, declined', history(open(), pass(), moved('1.00', { onward }), moved('2.00', { onward }), declineOnward(3))],
  ['moved onward, declined and followed', history(open(), pass(), moved('1.00', { onward }), declineOnward(3), follow(3))],
  ['moved onward, corrected', history(open(), pass(), moved('1.00', { onward }), moved('2.00'), takeBack('movedOnward', 3))],
  ['a corrected hold', history(open(), pass(), moved('1.00'), freeze('5.00'), takeBack('frozen'))],
  ['ended and reopened', history(open(), pass(), withdraw(), reopen({ ...request, handling }), pass())],
]
const returned = frozen('400.00')
returned.both('InitiateReturn')
returned.give(giveBack('100.00'))

describe('the summary of a request', () => {
  test.each([...histories, ['returned', returned]] as const)('that is %s equals the one of the ledger’s snapshot', (_what, h) => {
    const summary = summarised(h)
    expect(summary).toEqual(summaryOf(h.current()))
    expect(viewOfSummary(summary)).toEqual(viewOf(h.current()))
    expect(parseSummary(serializeSummary(summary))).toEqual(summary)
  })

  test('has the document, the parent and the earlier accounts', () => {
    const h = history(openChild, pass())
    expect(summarised(h)).toMatchObject({
      requestId: h.facts[0]?.subject,
      sequence: 2,
      openedAt: h.facts[0]?.time,
      parent,
      ancestors: accounts,
      destinationId: destinationIdOf('MY', '3'),
      deniedTo: request.handling.deniedTo,
      wasVerified: true,
      requestingCountry: 'SG',
      beneficiaryCountry: 'MY',
    })
    expect(summarised(history(open({ ...request, handling })))).toMatchObject({
      parent: null,
      ancestors: [],
      deniedTo: [],
      wasVerified: false,
      movedOnward: [],
      sharedWith: [],
      refusals: { commands: [], used: {} },
    })
  })

  test('keeps which money moved onward, and what became of it', () => {
    const h = history(open(), pass(), moved('1.00', { onward }), moved('2.00', { onward }), moved('3.00', { country: 'SG', onward }))
    h.give(follow(3))
    h.give(declineOnward(4))
    expect(summarised(h).movedOnward).toEqual([
      { country: 'MY', amount: usd('1.00'), childRequestId: expect.any(String), fact: 3 },
      { country: 'MY', amount: usd('2.00'), report: 4, declined: true, fact: 4 },
      { country: 'SG', amount: usd('3.00'), childless: 'SAME_COUNTRY', fact: 5 },
    ])
  })

  test('counts a refusal, and ignores one without a request', () => {
    const h = history(open(), pass(), freeze('1000.01'))
    const [refused] = h.refusals
    if (!refused) throw new Error('the command was accepted')
    expect(summarised(h).refusals.used).toEqual({ 'TL/institution/': 1 })
    expect(evolveSummaryByRefusal(undefined, refused)).toEqual({ accepted: false, summary: undefined })
  })

  test('ignores a fact that is not the next one', () => {
    const h = frozen('920.00')
    const [first, second, third] = h.facts
    if (!first || !second || !third) throw new Error('a fact is missing')
    const { summary } = evolveSummary(undefined, first)
    expect(evolveSummary(summary, third)).toEqual({ accepted: false, summary })
    expect(evolveSummary(undefined, second)).toEqual({ accepted: false, summary: undefined })
  })

  test('takes the resulting state of an unknown kind, and keeps the rest', () => {
    const h = history(open(), pass(), moved('1.00', { onward }), share)
    const before = summarised(h)
    const { resultingState } = before
    const last = h.facts.at(-1) as Fact
    const unknown = chained({
      ...last,
      sequence: last.sequence + 1,
      prevhash: last.hash,
      type: 'holdfast.fact.v1.Later',
      critical: false,
      data: { resultingState },
    } as never) as unknown as UnknownFact
    const { accepted, summary } = evolveSummary(before, unknown)
    expect(accepted).toBe(true)
    expect(summary).toEqual({ ...before, sequence: unknown.sequence, hash: unknown.hash, updatedAt: unknown.time })
  })

  test('cannot be derived from facts that no ledger of this project wrote', () => {
    const [first] = history(open()).facts
    if (!first) throw new Error('a fact is missing')
    const { resultingState: _state, ...data } = first.data
    expect(() => evolveSummary(undefined, { ...first, data } as unknown as Fact)).toThrow(
      expect.objectContaining({ name: 'UnknownSummaryError', message: `fact 1 of ${requestId} has no resulting state` }),
    )
    const later = { ...first, type: 'holdfast.fact.v1.Later' } as unknown as UnknownFact
    expect(() => evolveSummary(undefined, later)).toThrow(
      expect.objectContaining({ name: 'UnknownSummaryError', message: `${requestId} starts without a document` }),
    )
  })
})

describe('V16: a denied beneficiary country', () => {
  const kept = { ...request, handling: { ...request.handling, deniedTo: ['TL'] } }
  const keptIn = (...given: readonly Command[]) => isKeptFromAddressee(summarised(history(...given)))

  test('sees no request that names it as denied before its verification', () => {
    expect(keptIn(open(kept))).toBe(true)
    expect(viewOf(history(open(kept)).current())).toEqual(viewOfSummary(summarised(history(open(kept)))))
    expect(keptIn(open())).toBe(false)
  })

  test('keeps its access once the request was verified', () => {
    expect(keptIn(open(), pass(), withdraw(), reopen(kept))).toBe(false)
  })
})
