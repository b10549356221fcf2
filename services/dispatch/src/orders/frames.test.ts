import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EncryptedFrame } from '@holdfast/core'
import { paymentStop } from '@holdfast/payment-stop'
import { type Fact, personalDataPointers } from '@holdfast/payment-stop/language'
import { UnreadableDataError } from '@holdfast/request-state'
import { valuesAt } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encryptFacts, openTestEncryption, type TestEncryption } from '../../test/encrypted.ts'
import { historyOf, usd } from '../../test/history.ts'
import { frameOf, stateDefinition } from '../../test/of-payment-stops.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { createStateDefinition } from '../state/state-definition.ts'
import { createDecryptedFrames, type DecryptedFrames } from './frames.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-frames-'))
let encryption: TestEncryption
beforeAll(async () => {
  encryption = await openTestEncryption(folder)
})
afterAll(async () => {
  await encryption.close()
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

/** From the opening to an end and a reopening, with personal data in nearly every fact. */
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

/** Every text of more than three characters in the encrypted fields of a document or command. */
const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? value.length > 3
      ? [value]
      : []
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []
const personalData = [
  ...[document, corrected].flatMap(request => textsIn(valuesAt({ request }, personalDataPointers.OpenRequest))),
  ...textsIn(valuesAt({ onward }, personalDataPointers.ReportMovedOnward)),
  ...['marmaladefox', 'quincetree', 'REF-GABBRO-7', 'heron', 'judge of basalt', 'tin roof'],
]

function statesOf(facts: readonly Fact[], frames?: DecryptedFrames): DispatchState[] {
  const { evolve } = createStateDefinition(paymentStop, frames)
  const states: DispatchState[] = []
  for (const [offset, fact] of facts.entries()) {
    const { accepted, state } = evolve(states.at(-1), fact, offset)
    if (!accepted || !state) throw new Error(`${fact.type} does not fit`)
    states.push(state)
  }
  return states
}

describe('the state of a request with encrypted personal data', () => {
  test('contains no personal data after any fact, and is the same with or without the keys', async () => {
    const { facts } = lifecycle()
    const stored = await encryptFacts(encryption.cipher, facts)
    const opened = statesOf(await encryption.cipher.decrypt(stored)).map(stateDefinition.serialize)
    expect(opened).toHaveLength(facts.length)
    expect(personalData.length).toBeGreaterThan(25)
    for (const text of opened) expect(personalData.filter(word => text.includes(word))).toEqual([])
    expect(statesOf(stored).map(stateDefinition.serialize)).toEqual(opened)
    // Shows that the texts would be found in plaintext.
    expect(personalData.filter(word => statesOf(facts).some(state => stateDefinition.serialize(state).includes(word)))).toContain(
      'Peridot Lda',
    )
  })

  test('yields the data of orders, at once in the process that derived it, and after decryption from a store', async () => {
    const { facts, requestId } = lifecycle()
    const stored = await encryptFacts(encryption.cipher, facts.slice(0, 4))
    const frames = createDecryptedFrames(encryption.uncached(), paymentStop.dispatching.orders)
    const state = statesOf(await encryption.cipher.decrypt(stored), frames).at(-1)
    if (!state?.frame) throw new Error('an open request has a frame')
    expect(frames.opened(state.frame)).toEqual(frameOf(requestId, corrected))
    const { frame } = stateDefinition.parse(stateDefinition.serialize(state))
    if (!frames.isClosed(frame)) throw new Error('a frame from a store is encrypted')
    expect(() => frames.opened(frame)).toThrow(UnreadableDataError)
    await frames.open([frame])
    expect(frames.isClosed(frame)).toBe(false)
    expect(frames.opened(frame)).toEqual(frameOf(requestId, corrected))
    // A repeated order has the same bytes, so its members keep their order.
    expect(Object.keys(frames.opened(frame))).toEqual(Object.keys(frames.opened(state.frame)))
  })

  test('stays encrypted if its key was destroyed, next to a decrypted one, and keys are requested once', async () => {
    const storedFrames = await Promise.all(
      ['FIRST', 'SECOND', 'THIRD'].map(async caseReference => {
        const { facts } = historyOf(buildRequest({ caseReference }))
        const [state] = statesOf(await encryptFacts(encryption.cipher, facts))
        return stateDefinition.parse(stateDefinition.serialize(state as DispatchState)).frame as EncryptedFrame
      }),
    )
    const [first, erased, third] = storedFrames as [EncryptedFrame, EncryptedFrame, EncryptedFrame]
    await encryption.ring.intend(erased.requestId, 'ERASURE_ORDERED')
    await encryption.ring.destroy(erased.requestId)
    const keyRequests: number[] = []
    const frames = createDecryptedFrames(
      encryption.uncached(keys => keyRequests.push(keys)),
      paymentStop.dispatching.orders,
    )
    await frames.open(storedFrames)
    expect(keyRequests).toEqual([3])
    expect([first, erased, third].map(frames.isClosed)).toEqual([false, true, false])
    expect(() => frames.opened(erased)).toThrow(new UnreadableDataError('its document', erased.requestId, true))
  })
})
