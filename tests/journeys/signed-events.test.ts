import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fact, type FreezeRequest, factKindOf, isFact, type Order } from '@holdfast/payment-stop/language'
import { type DeadLetter, type EventToSign, ordersTopic, topics } from '@holdfast/schemas'
import { type Institution, type PlannedAnswer, startInstitution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { chainFact, type MadeKey, type MembersFile, makeKey, membersFileName, signEvent } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, type Engine, eventsIn, eventually, everythingIn, type Person, reaches, together, tokenOf } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'
import { verifyExport } from '../src/load.ts'
import { personalDataIn, requestWithPersonalData } from '../src/personal-data.ts'
import { keySetOf, register } from '../src/registry.ts'

// ADR 61: Singapore and a bank of Timor-Leste sign their Kafka events. Each test continues the one before.

const officers: readonly [Person, Person] = [
  ['SG', 'officer', 'i.wolframite'],
  ['SG', 'officer', 'p.gabbro'],
]

/** A signed request, with signed answers of a bank up to the return of the money. */
async function openWorld(engine: Engine, document: FreezeRequest) {
  const [ncb, first, second] = [makeKey('ncb'), makeKey('first'), makeKey('second')] as [MadeKey, MadeKey, MadeKey]
  const { members } = JSON.parse(readFileSync(join(engine.dataDir, membersFileName), 'utf8')) as MembersFile
  const singapores = members.find(({ country }) => country === 'SG')?.keys.keys ?? []
  const persons = [
    { person: 'first', keys: keySetOf(first) },
    { person: 'second', keys: keySetOf(second) },
  ]
  const bank = { name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: keySetOf(makeKey('bank')), persons, signs: true }
  register(engine, 'SG', { keys: { keys: [...singapores, ncb.publicKey] }, signs: true })
  register(engine, 'TL', { institutions: [bank] })

  const sign = (event: EventToSign, key: MadeKey, country: string, role: 'system' | 'institution', person: string) =>
    signEvent(event, { actor: { country, role, person }, key: key.privateKey, kid: key.publicKey.kid, now: new Date() })
  const event = {
    specversion: '1.0',
    id: `signed-${document.caseReference}`,
    source: '/ncb/sg',
    type: 'holdfast.request.v1',
    data: document,
  }
  const send = (headers: Record<string, string>, sent: object = event) =>
    engine.streams.publish(topics.requests.name, [{ key: 'SG', value: JSON.stringify(sent), headers }])

  const requestId = await eventually(async () => {
    await send({ signature: sign(event, ncb, 'SG', 'system', 'ncb') })
    const list = await clientsOf(engine, officers[0]).desk.list({ caseReference: document.caseReference })
    return list.ok ? list.value.requests[0]?.requestId : undefined
  }, 'the registry has Singapore’s key, and the request exists')
  const order = await eventually(
    async () => (await eventsIn<Order>(engine.streams, ordersTopic('TL')).catch(() => [])).find(({ data }) => data.requestId === requestId),
    'the order',
  )
  const institution: Institution = await startInstitution({
    streams: engine.streams,
    country: 'TL',
    plan: () => [],
    sign: (said, person) => sign(said, person === 'first' ? first : second, 'TL', 'institution', person),
  })
  const historyOf = async (): Promise<readonly Fact[]> => {
    const shown = await clientsOf(engine, officers[0]).desk.show(requestId)
    return shown.ok ? shown.value.history : []
  }
  await eventually(async () => {
    await institution.answer(order, { kind: 'acknowledged', details: { reference: 'ACK-1' } })
    return (await historyOf()).some(fact => isFact(fact, 'OrderAcknowledged')) || undefined
  }, 'the registry has the bank')
  const rest: PlannedAnswer[] = [
    { kind: 'frozen', details: { amount: order.data.amount, basis: 'FIU_SUSPENSION', reference: 'HOLD-1' } },
    { kind: 'returnInitiated', details: { basis: 'CONSENT', reference: 'CONSENT-1' } },
    { kind: 'returnInitiated', details: { basis: 'CONSENT', reference: 'CONSENT-1' }, person: 'second' },
    { kind: 'returned', details: { amount: order.data.amount, reference: 'PACS004-1' } },
  ]
  for (const answer of rest) await institution.answer(order, answer)
  await reaches(engine, requestId, 'recovered')
  return { event, send, requestId, order, institution, historyOf, document }
}
type World = Awaited<ReturnType<typeof openWorld>>

const signedKinds = ['RequestOpened', 'OrderAcknowledged', 'FreezeReported', 'ActionProposed', 'ReturnInitiated', 'ReturnReported']
const signedIn = (fact: Fact) => {
  const { signed, data } = fact.data as { signed?: object; data?: { signed?: object } }
  return signed ?? data?.signed
}
const verifyWith = (engine: Engine, file: string) =>
  runHoldfast(engine, 'verify', '--json', '--members', join(engine.dataDir, membersFileName), join(engine.dataDir, file))

/** The facts of this request only: other tests use the same cluster. */
async function exportOf(engine: Engine, { requestId }: World): Promise<string> {
  expect(await verifyExport(engine, officers[0])).toMatchObject({ status: 0 })
  const lines = readFileSync(join(engine.dataDir, 'export.jsonl'), 'utf8').split('\n')
  const own = lines.filter(line => line.includes(`"subject":"${requestId}"`)).map(line => `${line}\n`)
  writeFileSync(join(engine.dataDir, 'exported.jsonl'), own.join(''))
  return own.join('')
}

describeOnBackends('what is signed', backend => {
  let engine: Engine
  let world: World
  beforeAll(async () => {
    engine = await backend.start()
    world = await openWorld(engine, buildRequestNumber(backend.name === 'embedded' ? 930_001 : 930_002))
  })
  afterAll(async () => {
    await world?.institution.stop()
    await engine?.stop()
  })

  test('is stored in its fact, with its signer', async () => {
    const facts = (await world.historyOf()).filter(fact => signedIn(fact))
    expect([...new Set(facts.map(factKindOf))]).toEqual(signedKinds)
    expect(facts[0]).toMatchObject({ actor: 'SG/system/ncb', data: { signed: { id: world.event.id, source: '/ncb/sg' } } })
    expect(facts.slice(-2)).toMatchObject([
      {
        actor: 'TL/institution/second',
        actorproof: expect.stringMatching(/^key\//),
        data: { proposedBy: expect.stringMatching(/^TL\/institution\/~[\w-]+$/) },
      },
      { actor: 'TL/institution/first' },
    ])
  })

  test('is proved from an export by the keys of the registry, without trust in the engine', async () => {
    await exportOf(engine, world)
    const { out, err } = await verifyWith(engine, 'exported.jsonl')
    expect(err).toBe('')
    const { signatures, problemCount } = JSON.parse(out)
    const expected = (await world.historyOf()).filter(fact => signedIn(fact)).length
    expect({ signatures, problemCount }).toEqual({ signatures: { proved: expected, unread: 0, absent: 0 }, problemCount: 0 })
    const plain = await runHoldfast(
      engine,
      'verify',
      '--members',
      join(engine.dataDir, membersFileName),
      join(engine.dataDir, 'exported.jsonl'),
    )
    expect(plain.out).toContain(`Proved by signatures: ${expected} facts are what members signed`)
  })

  test('cannot be replaced, even if an attacker recomputes the hash chain', async () => {
    let prevhash = '0'.repeat(64)
    const forged = (await world.historyOf()).map(fact => {
      const isOpening = isFact(fact, 'RequestOpened')
      const data = isOpening ? { ...fact.data, request: { ...fact.data.request, caseReference: 'SG-OTHER' } } : fact.data
      const chained = chainFact({ ...fact, data, prevhash } as Fact)
      prevhash = chained.hash
      return chained
    })
    writeFileSync(join(engine.dataDir, 'forged.jsonl'), forged.map(fact => `${JSON.stringify(fact)}\n`).join(''))
    const { problems } = JSON.parse((await verifyWith(engine, 'forged.jsonl')).out)
    expect(problems.filter(({ message }: { message: string }) => message.includes('signature'))).toMatchObject([
      { line: 1, requestId: world.requestId, message: expect.stringContaining('has an invalid signature') },
    ])
  })

  test('is required of a sender that the registry lists as signing: its requests by token are refused', async () => {
    const id = `unsigned-${world.event.id}`
    await world.send({ authorization: `Bearer ${await tokenOf(engine, ['SG', 'system', 'ncb'])}` }, { ...world.event, id })
    const letter = await eventually(
      async () => (await eventsIn<DeadLetter>(engine.streams, topics.deadLetters)).find(({ data }) => data.value.includes(id)),
      'the dead letter',
    )
    expect(letter.data.reason).toContain('the registry requires this sender to sign its events')
  })
})

describe('signatures over encrypted personal data', () => {
  let engine: Engine
  let world: World
  beforeAll(async () => {
    engine = await startEmbeddedEngine()
    world = await openWorld(engine, requestWithPersonalData(930_003))
  })
  afterAll(async () => {
    await world?.institution.stop()
    await engine?.stop()
  })
  const ofRequest = async (topic: { readonly name: string }) =>
    (await everythingIn(engine.streams, topic)).map(({ value }) => value).filter(value => value.includes(world.requestId))

  test('are encrypted with it, and dual approval still recognises the same command', async () => {
    const [stored, commands] = [await ofRequest(topics.ledger), await ofRequest(topics.commands)]
    const signatures = (await world.historyOf()).flatMap(fact => signedIn(fact) ?? []) as { jws: string; id: string }[]
    expect(signatures.length).toBeGreaterThanOrEqual(6)
    for (const lines of [stored, commands]) {
      // A repeat is another command and no further fact.
      expect(lines.filter(line => line.includes('"signed":{"type":"holdfast.')).length).toBeGreaterThanOrEqual(signatures.length)
      for (const { jws } of signatures)
        expect(lines.filter(line => line.includes(jws.slice(0, 40)) || line.includes(jws.slice(-40)))).toEqual([])
    }
    for (const { id } of signatures) expect(stored.filter(line => line.includes(id))).toEqual([])
  })

  test('can be verified by readers of the personal data and are erased with it; only the fact of signing remains', async () => {
    await exportOf(engine, world)
    const before = JSON.parse((await verifyWith(engine, 'exported.jsonl')).out)
    expect(before).toMatchObject({ problemCount: 0, signatures: { unread: 0, absent: 0 } })
    expect(before.signatures.proved).toBeGreaterThanOrEqual(6)

    await together(engine, [...officers], world.requestId, 'OrderErasure', {
      authority: 'Court of Singapore',
      reference: 'HC-77/2026',
      date: '2026-11-20',
    })
    await eventually(async () => {
      const history = await world.historyOf()
      const isGone = !personalDataIn(world.document).some(word => JSON.stringify(history).includes(word))
      return (isGone && history.at(-1) && isFact(history.at(-1) as Fact, 'DestructionConfirmed')) || undefined
    }, 'the personal data is erased')
    expect(await exportOf(engine, world)).not.toContain('"jws"')
    expect(JSON.parse((await verifyWith(engine, 'exported.jsonl')).out)).toMatchObject({
      problemCount: 0,
      signatures: { proved: 0, unread: before.signatures.proved, absent: 2 },
    })
  })
})
