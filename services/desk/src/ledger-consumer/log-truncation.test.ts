import type { Fact } from '@holdfast/payment-stop/language'
import { createLog, type Logger } from '@holdfast/runtime'
import { type DeadLetter, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { createHistory, type History, passed } from '../../test/histories.ts'
import { openRaw } from '../../test/raw-streams.ts'

let number = 0
const opened = () =>
  createHistory(buildRequestNumber(++number, { requestingCountry: 'SG', beneficiaryCountry: 'TL', caseReference: `L-${number}` }))
const several = (count: number) => Array.from({ length: count }, opened)
const factsOf = (...histories: History[]) => histories.flatMap(({ facts }) => facts)
const idsOf = (histories: readonly History[]) => histories.map(({ requestId }) => requestId).sort()

/** The log lines at level warn, as objects. */
function heard(): { log: Logger; lines: { msg: string; [name: string]: unknown }[] } {
  const lines: { msg: string }[] = []
  return { log: createLog('desk', 'warn', { write: text => void lines.push(JSON.parse(text)) }), lines }
}

describe('two desks whose ledger was truncated', { timeout: 60_000 }, () => {
  let kept: History[]
  let lost: History[]
  let fresh: History[]
  /** One of the kept requests gets further facts after the others, and these are lost. */
  let shortened: History
  let original: Desks
  let restored: Desks
  let before: StartedDesk[]

  beforeEach(async () => {
    kept = several(46)
    lost = several(14)
    fresh = several(60)
    shortened = kept[0] as History
    original = await openDesks(1)
    restored = await openDesks(1)
    before = [await original.start('first'), await original.start('second')]
    await original.write(...factsOf(...kept))
  })
  afterEach(async () => {
    await original.close()
    await restored.close()
  })

  /** Restarts the desks on the truncated ledger, with their projections. */
  async function restart(log?: Logger): Promise<StartedDesk[]> {
    for (const desk of before) await desk.stop()
    const started: StartedDesk[] = []
    for (const [index, { keys, viewDir }] of before.entries())
      started.push(await restored.start(`desk-${index}`, { settings: { ...keys, HOLDFAST_DATA: viewDir }, ...(log ? { log } : {}) }))
    return started
  }
  async function shownBy(desk: StartedDesk): Promise<string[]> {
    const ids: string[] = []
    for (let after: string | undefined; ; ) {
      const page = unwrap(await desk.as('SG').list({ limit: 100, ...(after ? { after } : {}) }))
      ids.push(...page.requests.map(({ requestId }) => requestId))
      if (!page.nextCursor) return ids.sort()
      after = page.nextCursor
    }
  }
  /** Waits until a desk shows exactly these. */
  const shows = (desk: StartedDesk, histories: readonly History[]) =>
    expect.poll(() => shownBy(desk), { timeout: 30_000 }).toEqual(idsOf(histories))
  async function loseTail(): Promise<void> {
    const tail = lost.flatMap(({ facts }) => facts)
    const withdrawn = passed(shortened).facts.slice(1) as Fact[]
    await original.write(...tail, ...withdrawn)
    for (const desk of before) {
      await original.sees(desk, shortened)
      await shows(desk, [...kept, ...lost])
    }
    await restored.streams.ensureTopics([topics.ledger])
    await restored.write(...factsOf(...kept.slice(1)).toSpliced(0, 0, ...shortened.facts.slice(0, 1)))
  }

  test('show each of 60 new requests, also beyond the offsets they had read, and no lost request', async () => {
    await loseTail()
    await restored.write(...factsOf(...fresh))
    for (const desk of await restart()) {
      await shows(desk, [...kept, ...fresh])
      expect(await desk.as('SG').show(lost[0]?.requestId ?? '')).toMatchObject({ ok: false, error: { status: 404 } })
      expect(unwrap(await desk.as('SG').show(shortened.requestId)).request.sequence).toBe(1)
    }
  })

  test('show no lost request while the ledger is still shorter than before', async () => {
    await loseTail()
    for (const desk of await restart()) {
      await shows(desk, kept)
    }
  })

  test('report the loss: the requests in the log, and each whole fact as a dead letter', async () => {
    await loseTail()
    await restored.write(...factsOf(...fresh))
    const { log, lines } = heard()
    await restart(log)
    const said = lines.filter(({ msg }) => msg.startsWith('The ledger lost acknowledged records'))
    expect(said).toHaveLength(2)
    for (const line of said) {
      expect(line).toMatchObject({
        level: 40,
        partition: 0,
        same: 46,
        requestsGone: 14,
        requestsShorter: 1,
        shorter: [shortened.requestId],
      })
      expect((line.gone as string[]).toSorted()).toEqual(idsOf(lost))
    }
    const letters: DeadLetter[] = []
    for await (const records of restored.streams.read(topics.deadLetters.name, 0, 0, 1_000))
      letters.push(...records.map(({ value }) => JSON.parse(value) as DeadLetter))
    const values = new Set(letters.map(({ data }) => data.value))
    expect([...values]).toEqual(expect.arrayContaining(factsOf(...lost).map(fact => JSON.stringify(fact))))
    expect(letters[0]?.data).toMatchObject({ service: 'desk', topic: 'freeze.ledger', offset: 46 })
  })

  test('report nothing and keep their projections if the ledger only grew', async () => {
    const { log, lines } = heard()
    await shows(before[0] as StartedDesk, kept)
    await restored.streams.ensureTopics([topics.ledger])
    await restored.write(...factsOf(...kept), ...factsOf(...fresh))
    for (const desk of await restart(log)) await shows(desk, [...kept, ...fresh])
    // Each start logs who can sign in.
    expect(lines.filter(({ msg }) => !msg.startsWith('Any person can sign in'))).toEqual([])
  })

  test('refuse a cursor into the lost records, at any desk and after any growth, and accept earlier cursors', async () => {
    const [desk] = before as [StartedDesk]
    await shows(desk, kept)
    const early = unwrap(await desk.as('SG').alerts()).nextCursor
    await loseTail()
    const late = unwrap(await desk.as('SG').alerts()).nextCursor
    await restored.write(...factsOf(...fresh))
    for (const after of await restart()) {
      await shows(after, [...kept, ...fresh])
      expect(await after.as('SG').alerts({ after: late })).toMatchObject({ ok: false, error: { code: 'POSITION_UNKNOWN' } })
      const refused = await openRaw(`${after.url}/v1/stream`, await after.token('SG'), { 'last-event-id': late })
      expect(refused.status).toBe(410)
      const stream = await openRaw(`${after.url}/v1/stream`, await after.token('SG'), { 'last-event-id': early })
      await expect.poll(() => stream.events().filter(({ event }) => event === 'fact').length).toBe(60)
      stream.request.destroy()
    }
  })
})
