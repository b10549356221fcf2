import type { UnknownFact } from '@holdfast/payment-stop/language'
import { UnknownKindError } from '@holdfast/payment-stop/lifecycle'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret, createEngineSigner } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import { historyOf, opening, usd, verified } from '../../test/history.ts'
import { frameOf, instructionFor, orderOf, stateDefinition } from '../../test/of-payment-stops.ts'

const signer = createEngineSigner(createEngineSecret(Buffer.alloc(32, 5)))

const document = buildRequest({ payment: { amount: usd('1000.00') } })

describe('the state of a request in dispatch', () => {
  test('survives serialisation after every fact, in two lines', () => {
    const history = verified(document, '900.00')
    history.give('ReportMovedOnward', { amount: usd('100.00'), country: 'MY', note: 'line\nbreak' })
    history.give('InitiateReturn', { basis: 'CONSENT' })
    history.give('ReportReturn', { amount: usd('900.00'), reference: 'P4' })
    for (const { state } of history.steps) {
      const text = stateDefinition.serialize(state)
      expect(text.split('\n')).toHaveLength(2)
      expect(stateDefinition.parse(text)).toEqual(state)
    }
  })

  test('ignores a fact that is not the next one', () => {
    const history = verified(document)
    const [opened] = history.steps
    const state = history.state()
    expect(opened && stateDefinition.evolve(state, opened.fact, 99)).toEqual({ accepted: false, state })
    expect(opened && stateDefinition.evolve(undefined, { ...opened.fact, sequence: 2 }, 99)).toEqual({ accepted: false, state: undefined })
  })

  test('has no list of commands that grows with the history', () => {
    const history = verified(document, '1.00', '1.00', '1.00')
    expect(history.state().summary.sequence).toBe(5)
    for (const { causationid } of history.facts.slice(0, -1)) expect(stateDefinition.serialize(history.state())).not.toContain(causationid)
  })
})

describe('the document of a request', () => {
  test('keeps its offset in the ledger after an answer in free text', () => {
    const history = verified(document)
    history.give('AskInformation', { question: 'Which of two?' })
    history.give('ProvideInformation', { note: 'The first' })
    expect(history.state().documentOffset).toBe(0)
  })

  test('is the corrected one from its offset on', () => {
    const history = historyOf(document)
    history.give('AskInformation', { findings: [], question: 'Which account?' }, { actor: 'holdfast/validation/rules' })
    const corrected = buildRequest({ caseReference: document.caseReference, payment: { creditorAgent: { bic: 'EXMPTLDL' } } })
    history.give('ProvideInformation', { request: corrected })
    expect(history.state()).toMatchObject({ documentOffset: 4, frame: { institution: { bic: 'EXMPTLDL' } } })
  })

  test('is dropped at the end of the request, and found by its offset after a reopening', () => {
    const history = verified(document)
    expect(history.state().frame).toMatchObject({ payment: document.payment, legalBasis: document.offence.legalBasis })
    history.give('ReportNotFound', { reason: 'NOOR' })
    expect(history.state()).toMatchObject({ frame: null, documentOffset: 0 })
    expect(stateDefinition.serialize(history.state())).not.toContain(document.payment.creditor.name)
    history.give('Reopen', { reason: 'The bank has found it' })
    expect(history.state()).toMatchObject({ frame: null, documentOffset: 0 })
  })

  test('is replaced by a reopening that corrects it', () => {
    const history = verified(document)
    history.give('ReportNotFound', { reason: 'AC03' })
    const corrected = buildRequest({ payment: { amount: usd('1000.00'), creditor: { account: { other: '998877' } } } })
    history.give('Reopen', { reason: 'A digit was wrong', request: corrected })
    expect(history.state()).toMatchObject({ documentOffset: 6, frame: { payment: corrected.payment } })
  })

  test('is dropped at any end', () => {
    const ends = [
      () => verified(document).give('Withdraw', { reason: 'Paid back' }),
      () => verified(document).give('Reject', { code: 'IMMUNITY' }),
      () => verified(document, '1.00').give('Release', { reason: 'COURT_ORDER' }),
      () =>
        verified(document, '1.00').give(
          'DeadlinePassed',
          { kind: 'holdExpiry', dueAt: '2024-07-26T02:25:00.000Z' },
          { at: '2024-07-26T02:25:00.000Z' },
        ),
      () => {
        const history = verified(document, '5.00')
        history.give('InitiateReturn', { basis: 'ORDER' }, { at: opening })
        return history.give('ReportReturn', { amount: usd('5.00'), reference: 'P4' })
      },
    ]
    for (const end of ends) {
      const { before, state } = end()
      expect(before?.frame).not.toBeNull()
      expect(state.frame).toBeNull()
    }
  })
})

describe('a fact of an unknown kind', () => {
  const unknown = (history: ReturnType<typeof verified>, critical: boolean) => {
    const last = history.facts.at(-1)
    if (!last) throw new Error('the history has no fact')
    const { resultingState } = last.data
    return {
      ...last,
      id: 'of-tomorrow',
      type: 'holdfast.fact.v1.OfTomorrow',
      sequence: last.sequence + 1,
      prevhash: last.hash,
      critical,
      data: { resultingState },
    }
  }

  test('makes no order if it is not critical, and earlier orders stay', () => {
    const history = verified(document)
    const { accepted, state } = stateDefinition.evolve(history.state(), unknown(history, false) as unknown as UnknownFact, 8)
    expect([accepted, state?.orders, state?.summary.sequence]).toEqual([true, history.state().orders, 3])
  })

  test('stops all messages of the request if it is critical', () => {
    const history = verified(document)
    expect(() => stateDefinition.evolve(history.state(), unknown(history, true) as unknown as UnknownFact, 8)).toThrow(UnknownKindError)
  })
})

describe('the orders of a request', () => {
  test('are known by id, kind and amount from the facts alone, also after the end', () => {
    const history = verified(document, '900.00')
    history.give('InitiateReturn', { basis: 'CONSENT' })
    history.give('Release', { reason: 'COURT_ORDER' })
    expect(history.state().orders).toEqual(
      history.steps.flatMap(step => {
        const instruction = instructionFor(step)
        if (!instruction) return []
        const { data } = JSON.parse(orderOf(step.fact, frameOf(history.requestId, document), instruction, signer).value)
        return [{ orderId: data.orderId, kind: data.kind, amount: data.amount, bic: data.institution.bic }]
      }),
    )
    expect(history.state().orders.map(({ kind, amount }) => `${kind} ${amount.value}`)).toEqual(['freeze 1000.00', 'release 900.00'])
  })

  test('name the institution in the document of the order', () => {
    const history = verified(document)
    history.give('ReportNotFound', { reason: 'AC03' })
    const corrected = buildRequest({ payment: { amount: usd('1000.00'), creditorAgent: { bic: 'EXMPTLDL' } } })
    history.give('Reopen', { reason: 'It was another bank', request: corrected })
    history.give('PassAssessment', { findings: [] })
    expect(history.state().orders.map(({ bic }) => bic)).toEqual([document.payment.creditorAgent.bic, 'EXMPTLDL'])
  })
})
