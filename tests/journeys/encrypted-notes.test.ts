import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { isRedacted, topics, type WorkDone, type WorkPage, workTopic } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backends, describeOnBackends } from '../src/backends.ts'
import { destroyKeys } from '../src/destroy-keys.ts'
import { type Engine, eventually, everythingIn, type Person, reaches, submit, tokenOf } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'

const tan: Person = ['SG', 'officer', 'o.quillfeather']
const night: Person = ['SG', 'officer', 'night']
const soares: Person = ['TL', 'officer', 'm.thistlewick']

/** Texts that appear in no other file. */
const said = {
  note: 'The marmaladefox of quincetree lane rang twice',
  struck: 'It was the peridotlady',
  snoozed: 'Gabbroquarry is closed',
  revealed: 'To ring the malachiteowl',
  summary: 'Look after the xanthicgoose',
}
const rareWords = Object.values(said).flatMap(text => text.split(' ').filter(word => word.length > 9))
/** Stands for a person whose name was erased. */
const withoutName = expect.stringMatching(/^SG\/officer\/~[0-9a-f]{32}$/)
const ofTimor = 'Banco de Chrysoprase asks for the warrant'

describeOnBackends('encrypted internal notes of desks', backend => {
  let engine: Engine
  let requestId: string
  let nth = 0

  async function ask<T>(person: Person, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${await tokenOf(engine, person)}`, 'content-type': 'application/json' }
    const key = { 'idempotency-key': `encrypted-work-${backends.indexOf(backend)}-${++nth}` }
    const init = body ? { method: 'POST', headers: { ...headers, ...key }, body: JSON.stringify(body) } : { headers }
    const answer = await fetch(`${engine.deskUrl}${path}`, init)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (answer.headers.get('content-type')?.startsWith('application/json') ? answer.json() : answer.text()) as Promise<T>
  }
  const does = (person: Person, kind: string, data: object) =>
    ask<WorkDone>(person, '/v1/work', { kind, ...(kind === 'ShiftHandedOver' ? {} : { requestId }), data })
  const workOf = (person: Person) => ask<WorkPage<PaymentStopTypes>>(person, `/v1/work?requestId=${requestId}`)
  /** The work log of a country by `holdfast`. */
  async function verified(person: Person) {
    const file = join(engine.dataDir, `work-${++nth}.jsonl`)
    const log = await ask<string>(person, '/v1/work-log')
    writeFileSync(file, log)
    return { log, run: await runHoldfast(engine, 'verify', '--work', file) }
  }

  beforeAll(async () => {
    engine = await backend.start()
    const number = 915_001 + backends.indexOf(backend)
    requestId = await submit(engine, ['SG', 'system', 'ncb'], buildRequestNumber(number), `encrypted-work-${number}`)
    await reaches(engine, requestId, 'verified')
    const { event } = await does(tan, 'NoteTaken', { text: said.note })
    await does(night, 'NoteStruck', { note: event.sequence, reason: said.struck })
    await does(tan, 'RequestSnoozed', { until: new Date(Date.now() + 3_600_000).toISOString(), reason: said.snoozed })
    await ask(tan, `/v1/requests/${requestId}/reveal`, { path: '/victim/name', purpose: said.revealed })
    await does(tan, 'RequestAssigned', { to: 'o.quillfeather' })
    await does(tan, 'ShiftHandedOver', { to: 'night', requests: [requestId], summary: said.summary })
    await does(soares, 'NoteTaken', { text: ofTimor })
  })
  afterAll(() => engine?.stop())

  test('are in plaintext in no topic and no file of the engine', async () => {
    const names = [topics.work.name, topics.commands.name, topics.ledger.name, workTopic('SG').name, workTopic('TL').name]
    const lines = (await Promise.all(names.map(name => everythingIn(engine.streams, { name })))).flat().map(({ value }) => value)
    expect(lines.filter(line => line.includes('holdfast.work.v1.NoteTaken')).length).toBeGreaterThan(1)
    const files = readdirSync(engine.dataDir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    expect(files.length).toBeGreaterThan(3)
    const stored = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    expect(stored.some(text => text.includes('holdfast.work.v1.NoteTaken'))).toBe(true)
    for (const word of [...rareWords, 'Chrysoprase', 'o.quillfeather', 'm.thistlewick'])
      expect([...lines, ...stored].filter(text => text.includes(word))).toEqual([])
  })

  test('are readable by the desk that wrote them only; its work log verifies with the texts', async () => {
    const { notes, snooze, events } = await workOf(night)
    expect(notes).toMatchObject([{ text: said.note, struck: { reason: said.struck } }])
    expect(snooze?.reason).toBe(said.snoozed)
    for (const text of Object.values(said)) expect(JSON.stringify(events)).toContain(text)
    expect((await workOf(soares)).notes).toMatchObject([{ text: ofTimor }])
    expect(JSON.stringify(await workOf(soares))).not.toMatch(new RegExp(rareWords.join('|')))
    const { log, run } = await verified(tan)
    for (const text of Object.values(said)) expect(log).toContain(text)
    expect(run).toMatchObject({ code: 0, out: expect.stringMatching(/ intact: .* events of the work of a desk\n$/) })
  })

  test('are unreadable at both desks once the keys of the request are destroyed, and each chain verifies', async () => {
    await destroyKeys(engine, requestId)
    // Each country has a key of its own, which a desk can use for one second after it has read it.
    const goneFor = (person: Person) =>
      eventually(
        async () => {
          const work = await workOf(person)
          return work.notes[0]?.isRedacted ? work : undefined
        },
        `the note is unreadable for ${person.join('/')}`,
      )
    const { notes, snooze, events, assignedTo } = await goneFor(tan)
    expect(notes).toMatchObject([{ isRedacted: true, by: withoutName, struck: { isRedacted: true, by: withoutName } }])
    expect(snooze).toMatchObject({ isRedacted: true })
    expect(assignedTo).toMatch(/^#[0-9a-f]{8}$/)
    expect(events.filter(({ data }) => isRedacted(data))).toHaveLength(Object.keys(said).length + 1)
    expect((await goneFor(soares)).notes).toMatchObject([{ isRedacted: true }])
    for (const person of [tan, soares]) {
      const { log, run } = await verified(person)
      expect(log).not.toMatch(new RegExp([...rareWords, 'Chrysoprase'].join('|')))
      expect(run).toMatchObject({
        code: 0,
        out: expect.stringMatching(/ intact: .*; the personal data of [16] is erased or was not decrypted\n$/),
      })
    }
  })

  test.skipIf(backend.name !== 'embedded')('are in a backup as stored, which verifies as well', async () => {
    const run = await runHoldfast(engine, 'backup', join(engine.dataDir, 'copy.jsonl'))
    expect(run).toMatchObject({ code: 0 })
    expect(readFileSync(join(engine.dataDir, 'copy.jsonl'), 'utf8')).not.toMatch(new RegExp(rareWords.join('|')))
  })
})
