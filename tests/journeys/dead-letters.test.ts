import { createDeadLetters, silentLogger, systemClock } from '@holdfast/runtime'
import { type DeadLetterPage, type RedriveOutcome, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentOperatorToken, developmentToken } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { eventually, reaches, submit } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'
import { withdrawalRecord } from '../src/withdrawal-record.ts'

let engine: EmbeddedEngine
beforeAll(async () => {
  engine = await startEmbeddedEngine()
})
afterAll(() => engine.stop())

const deadLetters = (...words: readonly string[]) => runHoldfast(engine, 'dead-letters', ...words)
const listed = async (): Promise<DeadLetterPage> => JSON.parse((await deadLetters('list', '--json')).out)

test('an operator lists dead letters, previews a redrive, and redrives one exactly once', async () => {
  const requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(1), 'dead-letters-1')
  await reaches(engine, requestId, 'verified')
  // A request from an unknown sender, and a command that an earlier release could not read.
  await engine.streams.publish(topics.requests.name, [{ key: 'SG', value: '{"specversion":"1.0"}' }])
  await eventually(
    async () => ((await listed()).letters.length > 0 ? true : undefined),
    'the request of the unknown sender is a dead letter',
  )
  const record = withdrawalRecord(requestId, 'withdraw-1')
  const kept = createDeadLetters(engine.streams, 'ledger', systemClock, silentLogger)
  await kept.keep(record, '/data: this property is not known here')
  await kept.keep({ ...record, offset: 8, value: 'not JSON' }, 'not JSON')

  const { letters } = await listed()
  expect(letters.map(({ topic, service }) => [topic, service])).toEqual([
    ['freeze.commands', 'ledger'],
    ['freeze.commands', 'ledger'],
    ['freeze.requests', 'intake'],
  ])
  const [broken, withdrawal, fromUnknown] = letters.map(({ number }) => String(number)) as [string, string, string]

  const list = await deadLetters()
  expect(list.out).toMatch(new RegExp(`${withdrawal}  .*ledger.*freeze.commands.*/data: this property`))
  const shown = await deadLetters('show', withdrawal)
  expect(shown.out).toContain(`key ${requestId}`)
  expect(shown.out).toContain('"reason":"The victim was paid back"')

  const preview = await deadLetters('redrive', withdrawal, broken, fromUnknown, '--preview')
  expect(preview.code).toBe(1)
  expect(preview.out).toContain(
    `${withdrawal}: would be sent again to freeze.commands under the key ${requestId}\n  sender: SG/officer/a.tan\n`,
  )
  expect(preview.out).toContain(`${broken}: cannot be sent again: The ledger still cannot read it.`)
  expect(preview.out).toContain(`${fromUnknown}: cannot be sent again: It was sent with a token, which is not stored`)
  expect((await listed()).letters.every(({ redriven }) => redriven === undefined)).toBe(true)

  const redriven = await deadLetters('redrive', withdrawal, '--person', 'night', '--json')
  expect([redriven.code, JSON.parse(redriven.out) as RedriveOutcome]).toEqual([
    0,
    expect.objectContaining({ number: Number(withdrawal), redriven: { at: expect.any(String), by: 'night' } }),
  ])
  await reaches(engine, requestId, 'closed.withdrawn')

  // A second redrive changes nothing, also by another operator and after a restart.
  await engine.restart()
  const commands = await engine.streams.endOffset(topics.commands.name, 0)
  const again = await deadLetters('redrive', withdrawal, '--person', 'day', '--json')
  expect(JSON.parse(again.out)).toEqual(JSON.parse(redriven.out))
  expect(await engine.streams.endOffset(topics.commands.name, 0)).toBe(commands)
  expect((await listed()).letters.map(({ redriven }) => redriven?.by)).toEqual([undefined, 'night', undefined])

  const refused = await deadLetters('redrive', broken, fromUnknown)
  expect([refused.code, refused.out]).toEqual([1, ''])
  expect(refused.err).toContain(`dead letter ${broken} was not sent again: refused (NOT_REDRIVABLE)`)
  expect(refused.err).toContain('Its sender must send it again')
})

test('the list has pages, newest first, and an unknown number is reported', async () => {
  const kept = createDeadLetters(engine.streams, 'dispatch', systemClock, silentLogger)
  for (let offset = 0; offset < 5; offset++)
    await kept.keep(
      { topic: topics.answers.name, partition: 0, offset, key: 'k', value: 'x', headers: {}, timestampMs: 0 },
      `reason ${offset}`,
    )
  const seen: string[] = []
  let after: string | undefined
  do {
    const page = await deadLetters('list', '--limit', '2', '--json', ...(after === undefined ? [] : ['--after', after]))
    const { letters, nextCursor } = JSON.parse(page.out) as DeadLetterPage
    seen.push(...letters.map(({ reason }) => reason))
    after = nextCursor
  } while (after !== undefined)
  expect(seen.slice(0, 5)).toEqual(['reason 4', 'reason 3', 'reason 2', 'reason 1', 'reason 0'])
  expect(new Set(seen.map((_reason, i) => i)).size).toBe((await listed()).letters.length)
  const nothing = await deadLetters('show', '999999')
  expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('There is no dead letter with this number')])
})

test('a member is no operator, and an operator no member', async () => {
  const member = await developmentToken(engine.dataDir, { country: 'SG', role: 'officer', person: 'a.tan' })
  for (const [method, path] of [
    ['GET', '/v1/dead-letters'],
    ['GET', '/v1/dead-letters/0'],
    ['POST', '/v1/dead-letters/0/redrive'],
  ] as const)
    for (const headers of [{}, { authorization: `Bearer ${member}` }]) {
      const response = await fetch(`${engine.deskUrl}${path}`, { method, headers })
      expect([method, path, response.status]).toEqual([method, path, 401])
    }
  const operator = await developmentOperatorToken(engine.dataDir, 'night')
  for (const path of ['/v1/requests', '/v1/alerts', '/v1/stream'])
    expect((await fetch(`${engine.deskUrl}${path}`, { headers: { authorization: `Bearer ${operator}` } })).status).toBe(401)
})
