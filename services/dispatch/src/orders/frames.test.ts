import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnreadableDataError } from '@holdfast/folds'
import { type Fact, personalDataPointers, valuesAt } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encryptFacts, openTestEncryption, type TestEncryption } from '../../test/encrypted.ts'
import { historyOf, usd } from '../../test/history.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { createRequestFold, requestFold } from '../state/request-fold.ts'
import { createDecryptedFrames, type DecryptedFrames, type EncryptedFrame, frameOf } from './frames.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-frames-'))
let sealing: TestEncryption
beforeAll(async () => {
  sealing = await openTestEncryption(folder)
})
afterAll(async () => {
  await sealing.close()
  rmSync(folder, { recursive: true, force: true })
})

const document = buildRequest({
  contact: { name: 'Irma Wolframite' },
  payment: {
    amount: usd('1000.00'),
    transactionId: 'TX-OBSIDIAN-1',
    instructionId: 'IN-QUARTZITE-2',
    wallet: { chain: 'bitcoin', address: 'bc1qmalachite', txHash: 'f00dfeed', vasp: 'Gneiss Exchange' },
  },
  attachments: [{ name: 'xanthippe.pdf', mediaType: 'application/pdf', bytes: 10, sha256: 'a'.repeat(64) }],
})
const corrected = buildRequest({
  ...document,
  payment: { ...document.payment, creditor: { name: 'Peridot Lda', account: { other: '99887766' } } },
})
const onward = {
  rail: 'SWIFT',
  uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: '7700177001' } },
  creditorAgent: { bic: 'CREKAEAD' },
} as const

/** From the opening to an end and on, with words in nearly every fact. */
function lifecycle() {
  const history = historyOf(document)
  history.give('AskInformation', { findings: [] }, { actor: 'holdfast/validation/rules' })
  history.give('ProvideInformation', { request: corrected, note: 'It is the quincetree' })
  history.give('PassAssessment', { findings: [] })
  history.give('AskInformation', { question: 'Is it the marmaladefox?' })
  history.give('ReportFreeze', { amount: usd('300.00'), basis: 'FIU_SUSPENSION', reference: 'REF-GABBRO-7' })
  history.give('ReportMovedOnward', { amount: usd('600.00'), country: 'AE', onward, note: 'It flew on by heron' })
  history.give('Release', { reason: 'COURT_ORDER', note: 'So said the judge of basalt' })
  history.give('Reopen', { reason: 'Found under a tin roof' })
  return history
}

/** Every text of more than three characters in what is sealed of a document or a command. */
const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? value.length > 3
      ? [value]
      : []
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []
const words = [
  ...[document, corrected].flatMap(request => textsIn(valuesAt({ request }, personalDataPointers.OpenRequest))),
  ...textsIn(valuesAt({ onward }, personalDataPointers.ReportMovedOnward)),
  ...['marmaladefox', 'quincetree', 'REF-GABBRO-7', 'heron', 'judge of basalt', 'tin roof'],
]

function statesOf(facts: readonly Fact[], frames?: DecryptedFrames): DispatchState[] {
  const { fold } = createRequestFold(frames)
  const states: DispatchState[] = []
  for (const [offset, fact] of facts.entries()) {
    const { accepted, state } = fold(states.at(-1), fact, offset)
    if (!accepted || !state) throw new Error(`${fact.type} does not fit`)
    states.push(state)
  }
  return states
}

describe('what dispatch keeps of a request whose words are sealed', () => {
  test('has no word of a person after any of its facts, and is the same whether they could be read or not', async () => {
    const { facts } = lifecycle()
    const stored = await encryptFacts(sealing.words, facts)
    const opened = statesOf(await sealing.words.opened(stored)).map(requestFold.serialize)
    expect(opened).toHaveLength(facts.length)
    expect(words.length).toBeGreaterThan(25)
    for (const text of opened) expect(words.filter(word => text.includes(word))).toEqual([])
    expect(statesOf(stored).map(requestFold.serialize)).toEqual(opened)
    // What would be seen where they lie in clear.
    expect(words.filter(word => statesOf(facts).some(state => requestFold.serialize(state).includes(word)))).toContain('Peridot Lda')
  })

  test('says what every order says, as long as it was folded here, and once it is opened when it comes from a store', async () => {
    const { facts, requestId } = lifecycle()
    const stored = await encryptFacts(sealing.words, facts.slice(0, 4))
    const frames = createDecryptedFrames(sealing.afresh())
    const state = statesOf(await sealing.words.opened(stored), frames).at(-1)
    if (!state?.frame) throw new Error('a request that is open has a frame')
    expect(frames.opened(state.frame)).toEqual(frameOf(requestId, corrected))
    const { frame } = requestFold.parse(requestFold.serialize(state))
    if (!frames.isClosed(frame)) throw new Error('a store has none that is open')
    expect(() => frames.opened(frame)).toThrow(UnreadableDataError)
    await frames.open([frame])
    expect(frames.isClosed(frame)).toBe(false)
    expect(frames.opened(frame)).toEqual(frameOf(requestId, corrected))
    // An order that is sent again has the same bytes, so its members stand in the same order.
    expect(Object.keys(frames.opened(frame))).toEqual(Object.keys(frames.opened(state.frame)))
  })

  test('stays closed where the key was destroyed, beside one that is opened, and keys are asked for once', async () => {
    const kept = await Promise.all(
      ['FIRST', 'SECOND', 'THIRD'].map(async caseReference => {
        const { facts } = historyOf(buildRequest({ caseReference }))
        const [state] = statesOf(await encryptFacts(sealing.words, facts))
        return requestFold.parse(requestFold.serialize(state as DispatchState)).frame as EncryptedFrame
      }),
    )
    const [first, gone, third] = kept as [EncryptedFrame, EncryptedFrame, EncryptedFrame]
    await sealing.ring.intend(gone.requestId, 'ERASURE_ORDERED')
    await sealing.ring.destroy(gone.requestId)
    const asked: number[] = []
    const frames = createDecryptedFrames(sealing.afresh(keys => asked.push(keys)))
    await frames.open(kept)
    expect(asked).toEqual([3])
    expect([first, gone, third].map(frames.isClosed)).toEqual([false, true, false])
    expect(() => frames.opened(gone)).toThrow(new UnreadableDataError('its document', gone.requestId, true))
  })
})
