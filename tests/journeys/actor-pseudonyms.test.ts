import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fact } from '@holdfast/payment-stop/language'
import { isPseudonymous, memberRolePrefixOf, namesOfPseudonyms, topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import { type Institution, returnsEverything } from '@holdfast/test-kit/institution'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backends, describeOnBackends } from '../src/backends.ts'
import { destroyKeys } from '../src/destroy-keys.ts'
import { clientsOf, type Engine, eventually, everythingIn, type Person, reaches, submit } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'
import { verifyExport } from '../src/load.ts'
import { requestWithPersonalData } from '../src/personal-data.ts'
import { storedInTopics, storedOnceSaved } from '../src/stored-data.ts'

// A stored actor is a pseudonym. A principal with access to the history reads the name until the keys of the request
// are destroyed (ADR 62).

const wolframite: Person = ['SG', 'officer', 'i.wolframite']
const gabbro: Person = ['SG', 'officer', 'p.gabbro']
const names = ['wolframite', 'gabbro', 'quincetree']
const withdrawal = { reason: 'The victim was paid back' }

describeOnBackends('actors of a request', backend => {
  let engine: Engine
  let bank: Institution
  let requestId: string

  const deskOf = (person: Person) => clientsOf(engine, person).desk
  async function shownTo(person: Person) {
    const shown = await deskOf(person).show(requestId)
    if (!shown.ok) throw new Error(shown.error.code)
    return shown.value
  }
  async function given<T>(answer: Promise<{ ok: true; value: T } | { ok: false; error: { code: string } }>): Promise<T> {
    const found = await answer
    if (!found.ok) throw new Error(found.error.code)
    return found.value
  }
  const proposalFor = async (person: Person) =>
    (await given(deskOf(person).proposals())).proposals.find(each => each.requestId === requestId)
  const withdrawFor = async (person: Person) =>
    (await given(deskOf(person).actions(requestId))).actions.find(({ command }) => command === 'Withdraw')

  beforeAll(async () => {
    engine = await backend.start()
    bank = await startBank(engine, { nameOf: person => `${person}.quincetree`, plan: order => returnsEverything(order).slice(0, 2) })
    requestId = await submit(
      engine,
      ['SG', 'system', 'ncb'],
      requestWithPersonalData(930_001 + backends.indexOf(backend)),
      'actor-pseudonyms',
    )
    await reaches(engine, requestId, 'frozen')
    expect(await deskOf(wolframite).act(requestId, 'Withdraw', withdrawal, { idempotencyKey: 'withdrawal' })).toMatchObject({
      ok: true,
      value: { outcome: 'proposed' },
    })
  })
  afterAll(async () => {
    await bank?.stop()
    await engine?.stop()
  })

  test('stay distinct as pseudonyms: approval is offered to another officer, not to the proposer', async () => {
    expect(await proposalFor(gabbro)).toMatchObject({ proposedBy: 'SG/officer/i.wolframite', data: withdrawal, maySecond: true })
    expect(await withdrawFor(gabbro)).toMatchObject({ may: true, second: { proposedBy: 'SG/officer/i.wolframite', data: withdrawal } })
    expect(await proposalFor(wolframite)).toMatchObject({ maySecond: false, whyNot: { code: 'SAME_PERSON' } })
    expect(await withdrawFor(wolframite)).not.toHaveProperty('second')
    const again = { idempotencyKey: 'withdrawal-again' }
    expect(await deskOf(wolframite).act(requestId, 'Withdraw', withdrawal, again)).toMatchObject({
      ok: false,
      error: { code: 'SAME_PERSON' },
    })
    const { request } = await shownTo(gabbro)
    const agree = ['--agree', String(request.proposals[0]?.sequence), '--member', 'SG', '--person', 'p.gabbro']
    const agreed = await runHoldfast(engine, 'act', requestId, ...agree)
    expect([agreed.code, agreed.err]).toEqual([0, expect.stringContaining('approving Withdraw, proposed by SG/officer/i.wolframite')])
    expect(agreed.out).toContain('applied')
  })

  test('are named in no command, fact or refusal', async () => {
    for (const topic of [topics.commands.name, topics.ledger.name]) {
      const lines = (await everythingIn(engine.streams, { name: topic })).map(({ value }) => value).filter(line => line.includes(requestId))
      const actors = lines.map(line => (JSON.parse(line) as Fact).actor).filter(actor => !actor.startsWith('holdfast/'))
      expect(actors.length).toBeGreaterThan(4)
      expect(actors.filter(actor => !isPseudonymous(actor))).toEqual([])
      for (const name of names) expect(lines.filter(line => line.toLowerCase().includes(name))).toEqual([])
    }
  })

  test('are named in no other data of an engine', async () => {
    const kept = [...(await storedOnceSaved(engine, backend, { [requestId]: 'withdrawn' })), ...(await storedInTopics(engine))]
    expect(kept.length).toBeGreaterThan(20)
    for (const name of names)
      expect(kept.filter(({ text }) => text.toLowerCase().includes(name)).map(({ place }) => `${name} in ${place}`)).toEqual([])
  })

  test('are named in the history, and an export with names verifies', async () => {
    const { history, refusals = [] } = await shownTo(gabbro)
    const withdrawn = history.find(({ type }) => type.endsWith('.RequestWithdrawn')) as Fact & { data: { proposedBy: string } }
    expect(withdrawn.actor).toBe('SG/officer/p.gabbro')
    expect(isPseudonymous(withdrawn.data.proposedBy)).toBe(true)
    expect(namesOfPseudonyms(history)(withdrawn.data.proposedBy)).toBe('SG/officer/i.wolframite')
    expect(refusals.map(({ actor }) => actor)).toEqual(['SG/officer/i.wolframite'])
    expect(history.filter(({ actor }) => memberRolePrefixOf(actor) === 'TL/institution/').map(({ actor }) => actor)).toContain(
      'TL/institution/first.quincetree',
    )
    const { output, status } = await verifyExport(engine, gabbro)
    expect([status, output]).toEqual([0, expect.stringContaining('intact')])
    const file = join(engine.dataDir, 'export.jsonl')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('"actor":"SG/officer/p.gabbro"')
    const replayed = await runHoldfast(engine, 'replay', file)
    expect([replayed.code, replayed.out]).toEqual([0, expect.stringContaining('closed')])
  })

  test('are named on the command line', async () => {
    const shown = await runHoldfast(engine, 'show', requestId, '--member', 'SG', '--person', 'p.gabbro')
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/ActionProposed +SG\/officer\/i\.wolframite\n/)])
  })

  test('are anonymous once the keys of the request are destroyed, and their facts still verify', async () => {
    await destroyKeys(engine, requestId)
    const { history } = await eventually(async () => {
      const shown = await shownTo(gabbro)
      const text = JSON.stringify(shown)
      // Each country has a key of its own, which a desk can use for one second after it has read it.
      return names.some(name => text.includes(name)) ? undefined : shown
    }, 'no person is named')
    const actors = history.map(({ actor }) => actor).filter(actor => !actor.startsWith('holdfast/'))
    expect(actors.filter(actor => !isPseudonymous(actor))).toEqual([])
    expect((await verifyExport(engine, gabbro)).status).toBe(0)
    const { out } = await runHoldfast(engine, 'show', requestId, '--member', 'SG', '--person', 'p.gabbro')
    expect(out).toMatch(/ActionProposed +SG\/officer\/#[0-9a-f]{8}\n/)
  })
})
