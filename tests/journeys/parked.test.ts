import { factType } from '@holdfast/payment-stop/language'
import { type ParkedPage, type ParkedRequestDetail, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentToken } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { emptyOpening, emptyOpeningId } from '../src/empty-opening.ts'
import { eventually, reaches, submit } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'

let engine: EmbeddedEngine
beforeAll(async () => {
  engine = await startEmbeddedEngine()
})
afterAll(() => engine.stop())

const holdfast = (...words: readonly string[]) => runHoldfast(engine, ...words)

describe('an empty opening in the only partition', () => {
  beforeAll(() => engine.streams.append(topics.ledger.name, 0, [{ key: emptyOpeningId, value: emptyOpening }]))

  test('stops no other request, before and after a restart', async () => {
    for (const number of [1, 2]) {
      const requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(number), `behind-${number}`)
      await reaches(engine, requestId, 'verified')
      await engine.restart()
    }
  })

  test('is parked by each service, listed and shown', async () => {
    const page = await eventually(async () => {
      const found = JSON.parse((await holdfast('parked', 'list', '--json')).out) as ParkedPage
      return found.total === 4 ? found : undefined
    }, 'four services have parked it')
    expect(page.parked.map(({ requestId, service, offset }) => [requestId, service, offset]).toSorted()).toEqual(
      ['desk', 'dispatch', 'ledger', 'validation'].map(service => [emptyOpeningId, service, page.parked[0]?.offset]),
    )
    const listed = async (...after: string[]) =>
      JSON.parse((await holdfast('parked', 'list', '--limit', '3', ...after, '--json')).out) as ParkedPage
    const first = await listed()
    const rest = await listed('--after', first.nextCursor ?? '')
    expect([first.parked.length, rest.nextCursor, [...first.parked, ...rest.parked]]).toEqual([3, undefined, page.parked])
    expect((await holdfast('parked')).out).toMatch(new RegExp(`^${emptyOpeningId} +(ledger|dispatch|desk|validation) .*Error: `, 'm'))
    const shown = JSON.parse((await holdfast('parked', 'show', emptyOpeningId, '--json')).out) as ParkedRequestDetail
    expect(shown.records).toMatchObject([{ type: factType('RequestOpened'), value: emptyOpening }])
    expect(shown.stillThrows).toMatch(/^TypeError: /)
    expect((await holdfast('parked', 'show', emptyOpeningId)).out).toContain('the running code still cannot apply its facts: TypeError')
  })

  test('a preview shows the outcome of a retry and changes nothing', async () => {
    const { code, out } = await holdfast('redrive', emptyOpeningId, '--preview')
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/would be retried at .*: 1 records of the ledger, 0 commands; the running code still cannot apply its facts/),
    ])
    const page = JSON.parse((await holdfast('parked', 'list', '--json')).out) as ParkedPage
    expect(page.parked.flatMap(({ redriveRequested, failedAgainAt }) => redriveRequested ?? failedAgainAt ?? [])).toEqual([])
  })

  test('stays parked where a retry throws again, and the operator reads why', async () => {
    const { code, out } = await holdfast('redrive', '--all')
    expect([code, out]).toEqual([1, expect.stringContaining(`${emptyOpeningId}: stays parked`)])
    const page = JSON.parse((await holdfast('parked', 'list', '--json')).out) as ParkedPage
    expect(page.parked.map(({ failedAgainAt, redriveRequested }) => [typeof failedAgainAt, redriveRequested])).toEqual(
      Array.from({ length: 4 }, () => ['string', undefined]),
    )
  })
})

test('an unparked request is not found, and invalid arguments are reported', async () => {
  expect(await holdfast('parked', 'show', 'nothing')).toMatchObject({
    code: 1,
    err: expect.stringContaining('No request with this id is parked'),
  })
  expect(await holdfast('redrive', 'nothing')).toMatchObject({ code: 1, err: expect.stringContaining('nothing was not retried') })
  expect(await holdfast('redrive')).toMatchObject({ code: 2, err: expect.stringContaining('name the requests, or use --all') })
  expect(await holdfast('redrive', 'a', '--all')).toMatchObject({ code: 2, err: expect.stringContaining('not both') })
  expect(await holdfast('redrive', 'a', '--wait', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('0 to 600') })
})

test('a member cannot read parked requests', async () => {
  const member = await developmentToken(engine.dataDir, { country: 'SG', role: 'officer', person: 'a.tan' })
  for (const [method, path] of [
    ['GET', '/v1/parked'],
    ['GET', `/v1/parked/${emptyOpeningId}`],
    ['POST', `/v1/parked/${emptyOpeningId}/redrive`],
  ] as const)
    expect((await fetch(`${engine.deskUrl}${path}`, { method, headers: { authorization: `Bearer ${member}` } })).status).toBe(401)
})
