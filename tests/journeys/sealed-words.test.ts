import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FreezeRequest, type Order, topics } from '@holdfast/schemas'
import { type Institution, startInstitution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backends } from '../src/backends.ts'
import { clientsOf, type Engine, everythingIn, type Person, reaches, submit, tokenOf } from '../src/engine.ts'
import { verifyExport } from '../src/load.ts'

const requester: Person = ['SG', 'system', 'ncb']
const officer: Person = ['SG', 'officer', 'i.wolframite']

/** Words that stand nowhere else. */
const document = (number: number): FreezeRequest =>
  buildRequestNumber(number, {
    contact: { name: 'Irma Wolframite', email: 'irma@quartzite.example.sg', phone: '+6565550177' },
    offence: { facts: 'An obsidianheron wrote to the company of a new account, and nobody there rang the supplier.' },
    victim: { name: 'Peridot Tin Trading Pte Ltd' },
    payment: {
      debtor: { name: 'Peridot Tin Trading Pte Ltd', account: { other: '0125550099' } },
      creditor: { name: 'Xanthippe Malachite Lda' },
    },
    recall: { reference: 'RC-GABBRO-4711' },
  })
const note = 'The marmaladefox rang twice'

function wordsOf({ contact, offence, victim, payment, recall }: FreezeRequest): string[] {
  const account = 'iban' in payment.creditor.account ? payment.creditor.account.iban : payment.creditor.account.other
  return [
    contact.name ?? '',
    contact.email,
    contact.phone,
    offence.facts,
    victim.name,
    payment.debtor.name,
    '0125550099',
    payment.creditor.name,
    account,
    payment.uetr ?? '',
    recall.reference ?? '',
    note,
  ].filter(word => word !== '')
}

describe.each(backends.filter(backend => !backend.why))('the words of persons, on $name', backend => {
  let engine: Engine
  let bank: Institution
  let requestId: string
  const orders: Order[] = []
  const sent = document(backend.name === 'embedded' ? 910_001 : 910_002)

  beforeAll(async () => {
    engine = await backend.startSealed()
    bank = await startInstitution({
      streams: engine.streams,
      country: 'TL',
      token: person => tokenOf(engine, ['TL', 'institution', person]),
      onOrder: order => void orders.push(order),
    })
    requestId = await submit(engine, requester, sent, 'sealed-1')
    const { desk } = clientsOf(engine, officer)
    const share = { with: { country: 'SG', unit: 'cybercrime' }, extent: 'history', purpose: note }
    expect(await desk.act(requestId, 'ShareRequest', share, { idempotencyKey: 'sealed-note' })).toMatchObject({ ok: true })
    await reaches(engine, requestId, 'recovered')
  })
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
  })

  test('stand in no command and in no fact, from the door to the end', async () => {
    for (const topic of [topics.commands.name, topics.ledger.name]) {
      const lines = (await everythingIn(engine.streams, { name: topic }))
        .map(({ value }) => value)
        .filter(value => value.includes(requestId))
      expect(lines.length).toBeGreaterThan(5)
      expect(lines.some(line => line.includes('"sealed":{'))).toBe(true)
      for (const word of wordsOf(sent)) expect(lines.filter(line => line.includes(word))).toEqual([])
    }
  })

  test('are what was sent for who may see them: in the history, by search, and in an export that is verified with them', async () => {
    const { desk } = clientsOf(engine, officer)
    const shown = await desk.show(requestId)
    if (!shown.ok) throw new Error(shown.error.code)
    const [opened] = shown.value.history
    expect(opened?.data).toMatchObject({ request: sent })
    const found = await desk.list({ q: 'Malachite' })
    expect(found.ok && found.value.requests.map(each => each.requestId)).toContain(requestId)
    const verified = await verifyExport(engine, officer)
    expect(verified.output).toMatch(/chain intact|whole|intact/)
    expect(verified.status).toBe(0)
    const text = readFileSync(join(engine.dataDir, 'export.jsonl'), 'utf8')
    expect(text).toContain(sent.victim.name)
  })

  test('are in the order of the bank that has to find the account', () => {
    const order = orders.find(({ data }) => data.requestId === requestId && data.kind === 'freeze')
    expect(order?.data.payment).toEqual(sent.payment)
    expect(JSON.stringify(order)).not.toContain('sealed')
  })
})
