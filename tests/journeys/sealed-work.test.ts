import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** Words that stand nowhere else. */
const said = {
  note: 'The marmaladefox of quincetree lane rang twice',
  struck: 'It was the peridotlady',
  snoozed: 'Gabbroquarry is closed',
  revealed: 'To ring the malachiteowl',
  summary: 'Look after the xanthicgoose',
}
const rareWords = Object.values(said).flatMap(text => text.split(' ').filter(word => word.length > 9))
/** What stands for a person who can be named no more. */
const nobodyNamed = expect.stringMatching(/^SG\/officer\/~[0-9a-f]{32}$/)
const ofTimor = 'Banco de Chrysoprase asks for the warrant'

describeOnBackends('what desks write among themselves, sealed', backend => {
  let engine: Engine
  let requestId: string
  let nth = 0

  async function ask<T>(person: Person, path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${await tokenOf(engine, person)}`, 'content-type': 'application/json' }
    const key = { 'idempotency-key': `sealed-work-${backends.indexOf(backend)}-${++nth}` }
    const init = body ? { method: 'POST', headers: { ...headers, ...key }, body: JSON.stringify(body) } : { headers }
    const answer = await fetch(`${engine.deskUrl}${path}`, init)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (answer.headers.get('content-type')?.startsWith('application/json') ? answer.json() : answer.text()) as Promise<T>
  }
  const does = (person: Person, kind: string, data: object) =>
    ask<WorkDone>(person, '/v1/work', { kind, ...(kind === 'ShiftHandedOver' ? {} : { requestId }), data })
  const workOf = (person: Person) => ask<WorkPage>(person, `/v1/work?requestId=${requestId}`)
  /** As `holdfast` says of the work log of a country. */
  async function verified(person: Person) {
    const file = join(engine.dataDir, `work-${++nth}.jsonl`)
    const log = await ask<string>(person, '/v1/work-log')
    writeFileSync(file, log)
    return { log, run: await runHoldfast(engine, 'verify', '--work', file) }
  }

  beforeAll(async () => {
    engine = await backend.start()
    const number = 915_001 + backends.indexOf(backend)
    requestId = await submit(engine, ['SG', 'system', 'ncb'], buildRequestNumber(number), `sealed-work-${number}`)
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

  test('lies in clear in no topic and in no file of the engine', async () => {
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

  test('is given to the desk that wrote it, and to no other; its work log verifies with the words', async () => {
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

  test('is gone at both desks once the keys of its request are destroyed, and the chain of each verifies', async () => {
    await destroyKeys(engine, requestId)
    // Each country has a key of its own, which a desk may use for a second after it has asked for it.
    const goneFor = (person: Person) =>
      eventually(
        async () => {
          const work = await workOf(person)
          return work.notes[0]?.lacksWords ? work : undefined
        },
        `the note is gone for ${person.join('/')}`,
      )
    const { notes, snooze, events, assignedTo } = await goneFor(tan)
    expect(notes).toMatchObject([{ lacksWords: true, by: nobodyNamed, struck: { lacksWords: true, by: nobodyNamed } }])
    expect(snooze).toMatchObject({ lacksWords: true })
    expect(assignedTo).toMatch(/^#[0-9a-f]{8}$/)
    expect(events.filter(({ data }) => isRedacted(data))).toHaveLength(Object.keys(said).length + 1)
    expect((await goneFor(soares)).notes).toMatchObject([{ lacksWords: true }])
    for (const person of [tan, soares]) {
      const { log, run } = await verified(person)
      expect(log).not.toMatch(new RegExp([...rareWords, 'Chrysoprase'].join('|')))
      expect(run).toMatchObject({ code: 0, out: expect.stringMatching(/ intact: .*; the words of [16] are gone, or were not opened\n$/) })
    }
  })

  test.skipIf(backend.name !== 'embedded')('is carried by a backup as it is stored, which verifies as well', async () => {
    const run = await runHoldfast(engine, 'backup', join(engine.dataDir, 'copy.jsonl'))
    expect(run).toMatchObject({ code: 0 })
    expect(readFileSync(join(engine.dataDir, 'copy.jsonl'), 'utf8')).not.toMatch(new RegExp(rareWords.join('|')))
  })
})
