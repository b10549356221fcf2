import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountNumberOf, type FreezeRequest, type Order, paymentKeyOf } from '@holdfast/payment-stop/language'
import { consequenceIdOf, destinationIdOf, topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import { type Institution, returnsEverything } from '@holdfast/test-kit/institution'
import { fingerprintOf } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { clientsOf, type Engine, everythingIn, type Person, reaches, submit } from '../src/engine.ts'
import { verifyExport } from '../src/load.ts'
import { personalDataIn, requestWithPersonalData } from '../src/personal-data.ts'
import { storedInTopics, storedOnceSaved } from '../src/stored-data.ts'

const requester: Person = ['SG', 'system', 'ncb']
const person = 'i.wolframite'
const officer: Person = ['SG', 'officer', person]

const note = 'The marmaladefox rang twice'
const wordsOf = (request: FreezeRequest): string[] => [...personalDataIn(request), note, person]

/** Texts that follow from the payment or from the whole submission. */
const digestsOf = (request: FreezeRequest): string[] => [
  destinationIdOf(request.beneficiaryCountry, accountNumberOf(request.payment.creditor.account)),
  paymentKeyOf(request),
  fingerprintOf(request.requestingCountry, 'POST /v1/requests', request),
]

describeOnBackends('personal data', backend => {
  let engine: Engine
  let bank: Institution
  let requestId: string
  const orders: Order[] = []
  const sent = requestWithPersonalData(backend.name === 'embedded' ? 910_001 : 910_002)
  const left = requestWithPersonalData(backend.name === 'embedded' ? 910_003 : 910_004)
  let leftOpen: string

  beforeAll(async () => {
    engine = await backend.start()
    bank = await startBank(engine, {
      onOrder: order => void orders.push(order),
      plan: order => returnsEverything(order).slice(0, order.data.caseReference === left.caseReference ? 2 : undefined),
    })
    requestId = await submit(engine, requester, sent, 'encrypted-1')
    const { desk } = clientsOf(engine, officer)
    const share = { with: { country: 'SG', unit: 'cybercrime' }, extent: 'history', purpose: note }
    expect(await desk.act(requestId, 'ShareRequest', share, { idempotencyKey: 'encrypted-note' })).toMatchObject({ ok: true })
    await reaches(engine, requestId, 'recovered')
    leftOpen = await submit(engine, requester, left, 'encrypted-2')
    await reaches(engine, leftOpen, 'frozen')
  })
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
  })

  test('is encrypted in every command and fact', async () => {
    for (const topic of [topics.commands.name, topics.ledger.name]) {
      const lines = (await everythingIn(engine.streams, { name: topic }))
        .map(({ value }) => value)
        .filter(value => value.includes(requestId))
      expect(lines.length).toBeGreaterThan(5)
      expect(lines.some(line => line.includes('"encrypted":{'))).toBe(true)
      for (const word of wordsOf(sent)) expect(lines.filter(line => line.includes(word))).toEqual([])
    }
  })

  test('is encrypted in states, keys, pseudonyms and internal topics, for open and closed requests', async () => {
    const kept = [
      ...(await storedOnceSaved(engine, backend, { [requestId]: 'recovered', [leftOpen]: 'frozen' })),
      ...(await storedInTopics(engine)),
    ]
    expect(kept.some(({ text }) => text.includes(leftOpen) && text.includes('encrypted') && text.includes('frame'))).toBe(true)
    const tellable = [sent, left].flatMap(request => [...wordsOf(request), ...digestsOf(request)])
    for (const word of tellable)
      expect(kept.filter(({ text }) => text.includes(word)).map(({ place }) => `${word} in ${place}`)).toEqual([])
  })

  test('cannot be confirmed by guessing: no stored id is a hash of it alone', async () => {
    const actor = `SG/officer/${person}`
    const data = { with: { country: 'SG', unit: 'cybercrime' }, extent: 'history', purpose: note }
    const said = { by: actor, body: { command: 'ShareRequest', data } }
    const guess = fingerprintOf(actor, `POST /v1/requests/${requestId}/commands`, said)
    const ids = [`desk/${actor}/encrypted-note/${guess}`, `desk/${guess}`, guess].map(cause => consequenceIdOf('command', requestId, cause))
    const lines = (await storedInTopics(engine)).map(({ text }) => text)
    expect(lines.some(line => line.includes('RequestShared') && line.includes(requestId))).toBe(true)
    for (const id of ids) expect(lines.filter(line => line.includes(id))).toEqual([])
  })

  test('is readable by principals with access: in the history, by search, and in a verified export', async () => {
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

  test('is in the order of the bank that has to find the account', () => {
    const order = orders.find(({ data }) => data.requestId === requestId && data.kind === 'freeze')
    expect(order?.data.payment).toEqual(sent.payment)
    expect(JSON.stringify(order)).not.toContain('encrypted')
  })
})
