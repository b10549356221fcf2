import { caseIdOf, type IsoMessage, parseMessage, type TransferredPayment } from '@holdfast/payment-stop/iso20022'
import { type AnswerReceipt, type FreezeRequest, factKindOf, isFact, type Order, type Receipt } from '@holdfast/payment-stop/language'
import { ordersTopic } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answered, cancelled, caseId, paid, reasonOf, returned } from '../../workflows/payment-stop/test/iso20022/chain.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, eventually, type Person, reaches, together, tokenOf } from '../src/engine.ts'

// One stolen payment in ISO 20022 messages: paid (pacs.008), cancellation requested (camt.056), accepted for a fifth
// (camt.029 PECR), and that fifth returned (pacs.004).

const usd = (value: string) => ({ currency: 'USD', value })
const bankers: readonly Person[] = [
  ['TL', 'institution', 'a.bank'],
  ['TL', 'institution', 'b.bank'],
]

let engine: EmbeddedEngine
beforeAll(async () => {
  engine = await startEmbeddedEngine()
})
afterAll(() => engine.stop())

async function post<T>(path: string, person: Person, body: string, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(new URL(path, engine.intakeUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(engine, person)}`, 'content-type': 'application/xml', ...headers },
    body,
  })
  const text = await response.text()
  expect([response.status, text]).toEqual([202, expect.anything()])
  return JSON.parse(text) as T
}

function read<K extends IsoMessage['kind']>(xml: string, kind: K): IsoMessage<K>['body'] {
  const message = parseMessage(xml)
  if (!message.ok || message.value.kind !== kind) throw new Error(`not a ${kind}`)
  return message.value.body as IsoMessage<K>['body']
}

/** SupplementaryData of the camt.056 for what it has no elements for: the case, and the owners of the accounts. */
function supplementOf(
  { contact, offence, attestations, handling, victim, reportedAt, payment: original }: FreezeRequest,
  transfer: TransferredPayment,
): string {
  const { debtor, debtorAccount, debtorAgent, creditorAgent } = transfer
  const payment = {
    rail: 'SWIFT',
    debtor: { name: debtor.name, account: debtorAccount },
    debtorAgent: { bic: debtorAgent.bic },
    // The IBAN in the chain is invented, so its check digits are wrong (V02).
    creditor: original.creditor,
    creditorAgent: { bic: creditorAgent.bic },
  }
  const countries = { requestingCountry: 'SG', beneficiaryCountry: 'TL' }
  const json = JSON.stringify({ ...countries, contact, offence, attestations, handling, victim, reportedAt, payment })
  const text = json.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<SplmtryData><Envlp><FreezeRequest xmlns="urn:holdfast:iso20022:freeze-request:v1">${text}</FreezeRequest></Envlp></SplmtryData>`
}

test('a camt.056 over 2,234,578.88 is accepted for a fifth, and that fifth is returned to the cent', async () => {
  const [transfer] = read(paid, 'customerCreditTransfer').transactions
  if (!transfer) throw new Error('nothing was paid')
  const asked = cancelled.replace('</FIToFIPmtCxlReq>', `${supplementOf(buildRequest(), transfer)}</FIToFIPmtCxlReq>`)
  const { requestId } = await post<Receipt>('/v1/requests', ['SG', 'system', 'ncb'], asked, { 'idempotency-key': 'CXL-1' })
  const verified = await reaches(engine, requestId, 'verified.ordering')
  expect(verified.request.amounts.requested).toEqual(transfer.amount)
  const about = (xml: string) => xml.replaceAll(caseId, caseIdOf(requestId))
  const say = (xml: string, banker: Person = bankers[0] as Person) => post<AnswerReceipt>('/v1/answers', banker, about(xml))

  const taken = await say(answered({ confirmation: 'PDCR', reasons: reasonOf('S000') }).replaceAll('RSL-1', 'RSL-0'))
  const [order] = await eventsIn<Order>(engine.streams, ordersTopic('TL'))
  expect(taken.answers).toMatchObject([{ kind: 'interim', requestId, orderId: order?.data.orderId }])

  // No ISO 20022 message says that money is frozen: that answer is JSON.
  const hold = { orderId: order?.data.orderId, requestId, institution: { bic: 'KMNSTLDL' }, kind: 'frozen' }
  const held = JSON.stringify({ ...hold, details: { amount: usd('2234578.88'), basis: 'FIU_SUSPENSION' } })
  await post('/v1/answers', bankers[0] as Person, held, { 'content-type': 'application/json', 'idempotency-key': 'hold-1' })
  await reaches(engine, requestId, 'frozen.coverage.full')
  const judges = [
    ['TL', 'authority', 'a.judge'],
    ['TL', 'authority', 'b.judge'],
  ] as const
  await together(engine, judges, requestId, 'ConfirmFreeze', {
    instrument: 'COURT_ORDER',
    authority: 'District Court',
    reference: 'C-1',
    date: '2024-07-26',
  })

  const inPart = answered({ confirmation: 'PECR', reasons: reasonOf('NARR', '20 %') })
  for (const banker of bankers) {
    const agreed = await say(inPart, banker)
    expect([agreed.answers.map(({ kind }) => kind), agreed.attention.map(({ code }) => code)]).toEqual([['returnInitiated'], ['IN_PART']])
  }
  await reaches(engine, requestId, 'frozen.recovery.returning')

  const backWith = (id: string) =>
    returned({ reasons: `<RtrRsnInf><Rsn><Cd>FOCR</Cd></Rsn><AddtlInf>CASE ${caseId}</AddtlInf></RtrRsnInf>` }).replace('RTR-MSG-1', id)
  await say(backWith('RTR-MSG-1'))
  // The bank's second system repeats the message.
  await say(backWith('RTR-MSG-1'), bankers[1])
  // The next answer is refused, which shows that the repeat was decided too.
  const denied = JSON.stringify({ ...hold, kind: 'noFunds', details: { reason: 'AM04' } })
  await post('/v1/answers', bankers[0] as Person, denied, { 'content-type': 'application/json', 'idempotency-key': 'denied-1' })
  const { desk } = clientsOf(engine, ['SG', 'officer'])
  await eventually(async () => {
    const shown = await desk.show(requestId)
    return (shown.ok && shown.value.refusals.some(({ data }) => data.command === 'ReportNoFunds')) || undefined
  }, 'the refusal')
  const { request, history } = await reaches(engine, requestId, 'frozen.recovery.partlyReturned')
  expect(request.amounts).toEqual({
    requested: usd('2234578.88'),
    frozen: usd('2234578.88'),
    recovered: usd('446915.78'),
    charges: usd('0.00'),
    movedOnward: usd('0.00'),
    released: usd('0.00'),
  })
  expect(request.states).toContain('frozen.recovery.partlyReturned')
  expect(history.map(factKindOf).filter(kind => kind === 'ReturnReported')).toHaveLength(1)
  const agreement = history.find(fact => isFact(fact, 'ReturnInitiated'))
  expect(agreement).toMatchObject({
    actor: 'TL/institution/b.bank',
    data: { basis: 'CONSENT', proposedBy: expect.stringMatching(/^TL\/institution\/~[\w-]+$/) },
  })
  const seen = await desk.show(requestId)
  expect(seen.ok && seen.value.request.amounts.recovered).toEqual(usd('446915.78'))
})
