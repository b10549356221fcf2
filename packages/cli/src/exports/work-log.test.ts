import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Drivers } from '@holdfast/runtime'
import {
  canonicalJson,
  chainStart,
  plaintextDigestOf,
  topics,
  type WorkDraft,
  type WorkEvent,
  workEventIdOf,
  workTopic,
  workTopicType,
  workType,
} from '@holdfast/schemas'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { chainWork } from '@holdfast/trust'
import { afterAll, describe, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-work-log-'))
workIn(directory)
afterAll(() => rmSync(directory, { recursive: true }))

const holdfast = (args: readonly string[], input = '', env = {}) => runHoldfast(args, { input, env })

/** A work log of a desk with this many notes. */
function chain(country: string, length: number): WorkEvent[] {
  const events: WorkEvent[] = []
  for (let n = 1; n <= length; n++) {
    const draft = {
      specversion: '1.0',
      id: workEventIdOf(country, `${n}`),
      source: '/holdfast/desk',
      type: workType('NoteTaken'),
      subject: '0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31',
      time: '2024-07-23T02:20:00.000Z',
      actor: `${country}/officer/a.tan`,
      country,
      data: { text: `Note ${n}` },
    } satisfies WorkDraft
    events.push(chainWork(draft, events.at(-1) ?? { sequence: 0, hash: chainStart }))
  }
  return events
}
const events = chain('SG', 5)

/** Two notes with encrypted text: the key of the first is destroyed, the second is decrypted for its reader. */
function encryptedNotes() {
  const salt = '0123456789abcdef0123456789abcdef'
  const { sequence: _place, prevhash: _before, hash: _hash, ...about } = events[0] as WorkEvent
  const noteIn = (text: string) => ({
    key: '0f0b7a52-6a3e-4d67-9f59-5f0f1e3c2b1a',
    ciphertext: 'AAAA',
    digest: plaintextDigestOf(salt, canonicalJson({ '/text': text })),
  })
  const draft = (id: string, text: string) =>
    ({ ...about, id: workEventIdOf('SG', id), data: { encrypted: noteIn(text) } }) as unknown as WorkDraft
  const closed = chainWork(draft('closed', 'No one reads it'), { sequence: 0, hash: chainStart })
  const stored = chainWork(draft('opened', 'The second'), closed)
  const data = { text: 'The second', encrypted: { ...noteIn('The second'), decrypted: { salt, pointers: ['/text'] } } }
  return [closed, { ...stored, data }] as const
}
const lines = (of: readonly object[]) => of.map(event => `${JSON.stringify(event)}\n`).join('')
const verify = (of: readonly object[]) => holdfast(['verify', '--work', '-'], lines(of))
const swapped = [events[0], events[2], events[1], events[3], events[4]] as WorkEvent[]
const changed = events.map(event => (event.sequence === 3 ? { ...event, data: { text: 'Another note' } } : event))

describe('holdfast verify --work', () => {
  test('finds a work log intact', async () => {
    expect(await verify(events)).toEqual({ code: 0, out: 'standard input: intact: 5 events of the work of a desk\n', err: '' })
    expect(await verify([...events, ...chain('TL', 2)])).toMatchObject({
      code: 0,
      out: 'standard input: intact: 7 events of the work of 2 desks\n',
    })
  })

  test.each([
    ['a changed line', changed, 'line 3: the work of SG: event 3 is not what its hash says: it was changed\n'],
    ['a line that was taken out of its middle', events.toSpliced(2, 1), 'line 3: the work of SG: event 3 is missing before event 4\n'],
    [
      'lines in another order',
      swapped,
      'line 2: the work of SG: event 2 is missing before event 3\nline 3: the work of SG: event 2 comes after event 3: the order was changed\n',
    ],
    ['a line that stands there twice', [...events, events[4] as WorkEvent], 'line 6: the work of SG: event 5 stands here again\n'],
    [
      'a line of another kind',
      [...events, { type: 'holdfast.fact.v1.FreezeReported' }],
      'line 6: not a work event: unknown type holdfast.fact.v1.FreezeReported\n',
    ],
  ])('finds %s', async (_what, wrong, err) => {
    expect(await verify(wrong)).toMatchObject({ code: 1, err })
  })

  test('refuses an event with a duplicate member', async () => {
    const twice = lines(events).replace('"text":"Note 2"', '"text":"Another note","text":"Note 2"')
    const { code, err } = await holdfast(['verify', '--work', '-'], twice)
    expect([code, err.split('\n')[0]]).toEqual([1, 'line 2: not a work event: /data/text occurs twice: give it once'])
  })

  test('finds it intact where personal data is erased, counts such events, and compares decrypted data with its digest', async () => {
    const [closed, opened] = encryptedNotes()
    expect(await verify([closed, opened])).toEqual({
      code: 0,
      out: 'standard input: intact: 2 events of the work of a desk; the personal data of 1 is erased or was not decrypted\n',
      err: '',
    })
    const { out } = await holdfast(['verify', '--work', '--json', '-'], lines([closed, opened]))
    expect(JSON.parse(out)).toMatchObject({ events: 2, redacted: 1, problemCount: 0 })
    const other = { ...opened, data: { ...opened.data, text: 'Another note' } }
    expect(await verify([closed, other])).toMatchObject({
      code: 1,
      err: 'line 2: the work of SG: event 2 is not what its hash says: it was changed\n',
    })
  })

  test('does not call an empty file intact, and prints the same as JSON', async () => {
    expect(await verify([])).toMatchObject({ code: 1, out: expect.stringContaining('NOTHING TO VERIFY') })
    const { out } = await holdfast(['verify', '--work', '--json', '-'], lines(changed))
    expect(JSON.parse(out)).toEqual({
      events: 5,
      countries: 1,
      redacted: 0,
      problems: [{ line: 3, country: 'SG', message: 'event 3 is not what its hash says: it was changed' }],
      problemCount: 1,
    })
  })
})

describe('a copy of the ledger', () => {
  const folder = (name: string) => ({ HOLDFAST_DATA: join(directory, name) })
  async function engine<T>(name: string, work: (streams: Drivers['streams']) => Promise<T>): Promise<T> {
    const { drivers, close } = await openDrivers('cli', { folder: join(directory, name), env: { HOLDFAST_PARTITIONS: '2' } })
    return work(drivers.streams).finally(close)
  }
  const valuesIn = async (streams: Drivers['streams'], topic: string) => {
    const values: string[] = []
    for await (const records of streams.read(topic, 0, 0, await streams.endOffset(topic, 0)))
      values.push(...records.map(({ value }) => value))
    return values
  }
  const write = (name: string, of: readonly object[]) =>
    engine(name, async streams => {
      await streams.ensureTopics([topics.ledger, topics.work, workTopic('SG')])
      await streams.publish(topics.work.name, [{ key: 'SG', value: JSON.stringify({ type: workTopicType, data: { country: 'SG' } }) }])
      await streams.append(
        workTopic('SG').name,
        0,
        of.map(event => ({ key: 'SG', value: JSON.stringify(event) })),
      )
    })

  test('contains the work logs of desks, and is restored byte for byte', async () => {
    await write('engine', events)
    expect(await holdfast(['backup', 'copy.jsonl'], '', folder('engine'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('intact: 6 records, 0 facts of 0 requests, the newest of never; 5 events of the work of 1 desk'),
    })
    expect(await holdfast(['restore', 'copy.jsonl'], '', folder('restored'))).toMatchObject({ code: 0 })
    const [kept, restored] = [
      await engine('engine', streams => valuesIn(streams, workTopic('SG').name)),
      await engine('restored', streams => valuesIn(streams, workTopic('SG').name)),
    ]
    expect(restored).toEqual(kept)
    expect(await engine('restored', streams => valuesIn(streams, topics.work.name))).toHaveLength(1)
    expect(await holdfast(['restore', 'copy.jsonl'], '', folder('restored'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('freeze.work is not empty'),
    })
  })

  test('contains the signed checkpoints, and its restore warns that witnesses may have seen later ones', async () => {
    const signed = JSON.stringify({ type: 'holdfast.checkpoint.v1', data: { checkpoint: 'as it was written' } })
    await engine('signing', async streams => {
      await streams.ensureTopics([topics.ledger, topics.checkpoints])
      await streams.append(topics.checkpoints.name, 0, [{ key: 'tree', value: signed }])
    })
    await holdfast(['backup', 'signed.jsonl'], '', folder('signing'))
    expect(JSON.parse(readFileSync(join(directory, 'signed.jsonl'), 'utf8').split('\n')[0] ?? '')).toMatchObject({ version: 3 })
    expect(await holdfast(['restore', 'signed.jsonl'], '', folder('again'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('set HOLDFAST_TREE_NUMBER to the next number'),
    })
    expect(await engine('again', streams => valuesIn(streams, topics.checkpoints.name))).toEqual([signed])
  })

  test('is not intact where an event of it was changed, and is not restored', async () => {
    await write('changed', changed)
    const { code, err } = await holdfast(['backup', 'changed.jsonl'], '', folder('changed'))
    expect([code, err]).toEqual([1, expect.stringContaining('the work of SG: event 3 is not what its hash says')])
    expect(await holdfast(['restore', 'changed.jsonl'], '', folder('empty'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing was written'),
    })
  })
})
