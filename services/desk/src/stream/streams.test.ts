import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@holdfast/client'
import type { Fact, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { MembersFile } from '@holdfast/trust'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../test/desks.ts'
import { askAndAnswer, createHistory, type History, passed } from '../../test/histories.ts'
import { openAndReset, openRaw, openSocket, type RawStream, requestText } from '../../test/raw-streams.ts'
import { createDesk } from '../app.ts'
import { paymentStopDesk } from '../payment-stops/payment-stop-desk.ts'
import { openStreamLimits } from './open-streams.ts'

const lines = { accept: 'application/x-ndjson' }
const factsOf = (stream: RawStream): Fact[] =>
  stream.events().flatMap(({ event, data }) => (event === 'fact' ? [JSON.parse(data) as Fact] : []))
const idsOf = (facts: readonly Fact[]) => facts.map(({ id }) => id)

let desks: Desks
let desk: StartedDesk
let number = 0
const openedBy = (requestingCountry: string, beneficiaryCountry = 'TL') =>
  createHistory(buildRequestNumber(++number, { requestingCountry, beneficiaryCountry, caseReference: `S-${number}` }))
const ofCountry = (requestingCountry: string, beneficiaryCountry = 'TL') => passed(openedBy(requestingCountry, beneficiaryCountry))
const writeAndSee = async (...histories: History[]) => {
  await desks.write(...histories.flatMap(({ facts }) => facts))
  for (const history of histories) await desks.sees(desk, history)
}

beforeAll(async () => {
  desks = await openDesks(2)
  desk = await desks.start('first')
})
afterAll(() => desks.close())

test.each([
  ['application/x-ndjson;q=0.1, text/event-stream', 'text/event-stream'],
  ['text/event-stream;q=0.5, application/x-ndjson', 'application/x-ndjson'],
  ['application/x-ndjson; q=0, */*', 'text/event-stream'],
])('a reader that accepts %s gets %s', async (accept, mediaType) => {
  const abort = new AbortController()
  const headers = { authorization: `Bearer ${await desk.token('SG')}`, accept }
  const response = await fetch(`${desk.url}/v1/stream`, { headers, signal: abort.signal })
  expect(response.headers.get('content-type')).toBe(mediaType)
  abort.abort()
})

describe('the slots for streams', () => {
  let narrow: StartedDesk
  let turn = 0
  beforeEach(async () => {
    narrow = await desks.start(`narrow-${++turn}`, { settings: { HOLDFAST_STREAMS_PER_MEMBER: '5', HOLDFAST_STREAMS_MAX: '12' } })
  })
  const open = async (country: string, headers = {}) => openRaw(`${narrow.url}/v1/stream`, await narrow.token(country), headers)
  /** Opens and closes a stream; true if it was accepted. */
  const accepts = async (country: string, headers = {}) => {
    const { status, request } = await open(country, headers)
    request.destroy()
    return status === 200
  }

  test('1,500 streams that one member opens and resets at once leave all slots free, also its own', async () => {
    const tokens = await Promise.all(Array.from({ length: 1500 }, () => narrow.token('VU')))
    await openAndReset(narrow.url, tokens)
    expect([await accepts('FJ'), await accepts('FJ', lines)]).toEqual([true, true])
    await expect.poll(() => accepts('VU')).toBe(true)
    expect(await accepts('VU', lines)).toBe(true)
  }, 60_000)

  test('pipelined streams on a connection end with it', async () => {
    for (let round = 0; round < 12; round++) {
      const socket = await openSocket(narrow.url)
      socket.write(requestText('/v1/stream', await narrow.token('VU')).repeat(50))
      await once(socket, 'data')
      socket.resetAndDestroy()
      await once(socket, 'close')
      await expect.poll(() => accepts('VU')).toBe(true)
    }
    const streams = await Promise.all(Array.from({ length: 5 }, () => open('VU')))
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    for (const { request } of streams) request.destroy()
  })

  test('are limited for each member, with Retry-After on refusal, and in total', async () => {
    const ours = await Promise.all(Array.from({ length: 5 }, () => open('PG')))
    const tooMany = await open('PG')
    expect([tooMany.status, tooMany.headers['retry-after']]).toEqual([429, '5'])
    await tooMany.ended
    expect(JSON.parse(tooMany.text())).toMatchObject({ code: 'RATE_LIMITED' })
    expect((await open('PG', lines)).status).toBe(429)
    const others = await Promise.all(['NR', 'NR', 'NR', 'KI', 'KI', 'KI', 'TO'].map(country => open(country)))
    expect(others.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 200))
    const full = await open('WS')
    expect([full.status, full.headers['retry-after']]).toEqual([503, '5'])
    for (const { request } of [...ours, ...others]) request.destroy()
    await expect.poll(() => accepts('PG')).toBe(true)
    await expect.poll(() => accepts('WS')).toBe(true)
  })

  test('are refused to a caller who requests more than 512 proofs at once', async () => {
    const asking = (count: number) => async (country: string) =>
      openRaw(`${narrow.url}/v1/stream?${Array(count).fill('seen=a:1').join('&')}`, await narrow.token(country), lines)
    const [refused, opened] = [await asking(513)('WS'), await asking(512)('WS')]
    expect([refused.status, opened.status]).toEqual([422, 200])
    opened.request.destroy()
  })

  test('are freed by an export that has ended, although its connection stays open', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const response = await fetch(`${narrow.url}/v1/stream`, {
        headers: { ...lines, authorization: `Bearer ${await narrow.token('PW')}` },
      })
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })
})

describe('a stream', () => {
  const open = async (country: string, query = '', headers: Record<string, string> = {}, at = desk) =>
    openRaw(`${at.url}/v1/stream${query}`, await at.token(country), headers)

  test('gives every reader of both countries each fact once, stored facts and new ones', async () => {
    const before = ofCountry('FR')
    await writeAndSee(before)
    const streams = await Promise.all([open('FR', '?from=start'), open('TL', '?from=start'), open('FR'), open('DE', '?from=start')])
    const after = [ofCountry('FR'), ofCountry('FR'), ofCountry('IT')]
    await writeAndSee(...after)
    const [old, addressee, fresh, stranger] = streams as [RawStream, RawStream, RawStream, RawStream]
    const later = after.flatMap(({ facts, document }) => (document.requestingCountry === 'FR' ? facts : []))
    await expect.poll(() => idsOf(factsOf(old)).sort()).toEqual(idsOf([...before.facts, ...later]).sort())
    await expect.poll(() => idsOf(factsOf(fresh)).sort()).toEqual(idsOf(later).sort())
    await expect.poll(() => idsOf(factsOf(addressee))).toEqual(expect.arrayContaining(idsOf(after.flatMap(({ facts }) => facts))))
    expect(new Set(idsOf(factsOf(addressee))).size).toBe(factsOf(addressee).length)
    expect(factsOf(stranger)).toEqual([])
    for (const { request } of streams) request.destroy()
  })

  test('of one request has its facts only, regardless of the letter case of its id', async () => {
    const [wanted, other] = [ofCountry('ES'), ofCountry('ES')]
    await writeAndSee(wanted, other)
    const stream = await open('ES', `?from=start&requestId=${wanted.requestId.toUpperCase()}`)
    const foreign = await open('DE', `?from=start&requestId=${wanted.requestId}`)
    await expect.poll(() => idsOf(factsOf(stream))).toEqual(idsOf(wanted.facts))
    await desks.write(wanted.give('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a'))
    await writeAndSee(ofCountry('ES'))
    await expect.poll(() => idsOf(factsOf(stream))).toEqual(idsOf(wanted.facts))
    expect(factsOf(foreign)).toEqual([])
    for (const { request } of [stream, foreign]) request.destroy()
  }, 30_000)

  test('continues after any of its ids, at any desk, with no fact repeated or lost', async () => {
    const histories = Array.from({ length: 6 }, () => ofCountry('PT'))
    await writeAndSee(...histories.slice(0, 4))
    const begun = await open('PT', '?from=start')
    await expect.poll(() => factsOf(begun).length).toBe(8)
    // A reader at the end gets these as a live batch, unlike the first ones.
    for (const history of histories.slice(4)) await writeAndSee(history)
    await expect.poll(() => factsOf(begun).length).toBe(12)
    const all = begun.events()
    const second = await desks.start('second')
    for (const history of histories) await desks.sees(second, history)
    for (const [index, { id }] of all.entries()) {
      const rest = await open('PT', '', { 'last-event-id': id }, index % 2 ? second : desk)
      await expect.poll(() => factsOf(rest).length).toBe(12 - index)
      const before = all.slice(1, index + 1).map(({ data }) => (JSON.parse(data) as Fact).id)
      expect([...before, ...idsOf(factsOf(rest))].sort()).toEqual(idsOf(histories.flatMap(({ facts }) => facts)).sort())
      rest.request.destroy()
    }
    begun.request.destroy()
  }, 30_000)

  test('reveals nothing by its ids: one length, never the same text, useless to another country', async () => {
    const streams = await Promise.all([open('MY'), open('MY')])
    await writeAndSee(ofCountry('MY'))
    for (const stream of streams) await expect.poll(() => factsOf(stream).length).toBe(2)
    const ids = streams.flatMap(stream => stream.events().map(({ id }) => id))
    await writeAndSee(...Array.from({ length: 30 }, () => ofCountry('AE')))
    const later = await open('MY')
    await expect.poll(() => later.events().length).toBe(1)
    ids.push(...later.events().map(({ id }) => id))
    expect(new Set(ids.map(id => id.length)).size).toBe(1)
    expect(ids.join(' ')).toMatch(/^[A-Za-z0-9_ -]+$/)
    // The same position twice gives two texts, except for one event of one batch, which is built once.
    const connected = [...streams, later].map(stream => stream.events()[0]?.id)
    expect(new Set(connected).size).toBe(3)
    const foreign = await open('AE', '', { 'last-event-id': ids[0] ?? '' })
    await foreign.ended
    expect([foreign.status, JSON.parse(foreign.text())]).toMatchObject([410, { code: 'POSITION_UNKNOWN' }])
    const none = await open('PT', '', { 'last-event-id': 'yesterday' })
    await none.ended
    expect([none.status, JSON.parse(none.text())]).toMatchObject([422, { code: 'MALFORMED', problems: [{ path: 'last-event-id' }] }])
    for (const { request } of [...streams, later]) request.destroy()
  })

  test('ends with its token, and says so', async () => {
    const quick = await desks.start('quick', {
      definition: createDesk([paymentStopDesk], { limits: { ...openStreamLimits, checkEveryMs: 20 } }),
    })
    const token = await quick.token('SG', 2)
    const stream = await openRaw(`${quick.url}/v1/stream`, token)
    expect(await stream.ended).toBe(true)
    expect(stream.events().at(-1)).toMatchObject({ event: 'end', data: '{"reason":"The token has ended."}' })
  })

  test('ends when its key is revoked, and says so; other streams continue', async () => {
    const registry = join(desk.viewDir, 'another-registry.json')
    const all = JSON.parse(readFileSync(join(desk.viewDir, 'members.json'), 'utf8')) as MembersFile
    const write = (members: MembersFile['members']) => {
      writeFileSync(`${registry}.new`, JSON.stringify({ members }))
      renameSync(`${registry}.new`, registry)
    }
    write(all.members)
    // The interval of its own check would be too long for this test.
    const definition = createDesk([paymentStopDesk], { limits: { ...openStreamLimits, checkEveryMs: 60_000 } })
    const watching = await desks.start('watching', { definition, settings: { HOLDFAST_MEMBERS: registry } })
    const token = await watching.token('SG')
    const [stream, other] = [
      await openRaw(`${watching.url}/v1/stream`, token),
      await openRaw(`${watching.url}/v1/stream`, await watching.token('TL')),
    ]
    write(all.members.filter(({ country }) => country !== 'SG'))
    const status = async () => (await fetch(`${watching.url}/v1/requests`, { headers: { authorization: `Bearer ${token}` } })).status
    await expect.poll(status, { interval: 20, timeout: 10_000 }).toBe(401)
    expect(await stream.ended).toBe(true)
    expect(stream.events().at(-1)).toMatchObject({
      event: 'end',
      data: '{"reason":"The key of the token is no longer registered, or the person has signed out."}',
    })
    expect(other.events().map(({ event }) => event)).not.toContain('end')
    other.request.destroy()
  })

  test('of the client library outlives its token and loses nothing', async () => {
    const quick = await desks.start('renewing', {
      definition: createDesk([paymentStopDesk], { limits: { ...openStreamLimits, checkEveryMs: 20 } }),
    })
    let tokens = 0
    const token = () => {
      tokens++
      return quick.token('VN', 2)
    }
    const client = createClient<PaymentStopTypes>({ url: quick.url, token })
    const seen: string[] = []
    const messages: string[] = []
    const stop = new AbortController()
    const watching = (async () => {
      for await (const { fact } of client.watch({
        from: 'start',
        signal: stop.signal,
        onInterruption: ({ message }) => messages.push(message),
      }))
        seen.push(fact.id)
    })()
    const histories: History[] = []
    await expect
      .poll(
        async () => {
          const history = ofCountry('VN')
          histories.push(history)
          await desks.write(...history.facts)
          return tokens
        },
        { timeout: 15_000, interval: 100 },
      )
      .toBeGreaterThan(3)
    await expect.poll(() => seen.length).toBe(histories.length * 2)
    expect([...seen].sort()).toEqual(idsOf(histories.flatMap(({ facts }) => facts)).sort())
    expect(messages).toEqual([])
    stop.abort()
    await watching
  }, 30_000)

  test('whose reader takes nothing is cut after a while, and holds at most its buffer until then', async () => {
    const note = 'x'.repeat(500)
    const heavy = Array.from({ length: 8 }, () => askAndAnswer(openedBy('KE'), 150, note))
    const strict = await desks.start('strict', {
      definition: createDesk([paymentStopDesk], { limits: { ...openStreamLimits, checkEveryMs: 20, stallMs: 3_000 } }),
      settings: { HOLDFAST_STREAMS_PER_MEMBER: '2' },
    })
    await desks.write(...heavy.flatMap(({ facts }) => facts))
    for (const history of heavy) await desks.sees(strict, history)
    for (const accept of ['text/event-stream', 'application/x-ndjson']) {
      const sockets = await Promise.all([openSocket(strict.url), openSocket(strict.url)])
      for (const socket of sockets) {
        socket.pause()
        socket.write(requestText('/v1/stream?from=start', await strict.token('KE'), accept))
      }
      await expect.poll(async () => (await open('KE', '', {}, strict)).status).toBe(429)
      // Only the desk closes these sockets.
      await expect.poll(async () => (await open('KE', '', {}, strict)).status, { timeout: 10_000, interval: 200 }).toBe(200)
      for (const socket of sockets) socket.destroy()
    }
  }, 60_000)

  test('that is read slowly is complete', async () => {
    const stream = await openSocket(desk.url)
    stream.pause()
    stream.write(requestText('/v1/stream?from=start', await desk.token('KE')))
    await writeAndSee(ofCountry('KE'))
    let events = 0
    stream.setEncoding('latin1').on('data', (chunk: string) => {
      events += chunk.split('event: fact').length - 1
      stream.pause()
      setImmediate(() => stream.resume())
    })
    stream.resume()
    let exported = 0
    for await (const _ of desk.as('KE').export()) exported++
    expect(exported).toBeGreaterThan(2000)
    // A name that a chunk cuts in two is not counted; there are some tens of those.
    await expect.poll(() => events, { timeout: 20_000 }).toBeGreaterThan(exported - 100)
    expect(events).toBeLessThanOrEqual(exported)
    stream.destroy()
  }, 60_000)
})

describe('a cursor that the ledger does not have', () => {
  const refusedAt = async (at: StartedDesk, country: string, lastEventId: string) => {
    const stream = await openRaw(`${at.url}/v1/stream`, await at.token(country), { 'last-event-id': lastEventId })
    stream.request.on('close', () => undefined)
    if (stream.status === 200) stream.request.destroy()
    else await stream.ended
    return [stream.status, stream.status === 200 ? undefined : JSON.parse(stream.text()).code]
  }

  test('is refused by the stream and for alerts: of another engine, beyond the end, or at another fact', async () => {
    const another = await openDesks(2)
    try {
      const elsewhere = await another.start('first')
      const stream = await openRaw(`${elsewhere.url}/v1/stream`, await elsewhere.token('SG'))
      await expect.poll(() => stream.events().length).toBe(1)
      const [connected] = stream.events()
      expect(await refusedAt(desk, 'SG', connected?.id ?? '')).toEqual([410, 'POSITION_UNKNOWN'])
      expect(await refusedAt(elsewhere, 'SG', connected?.id ?? '')).toEqual([200, undefined])
      stream.request.destroy()
    } finally {
      await another.close()
    }
    expect(await refusedAt(desk, 'SG', 'nonsense')).toEqual([422, 'MALFORMED'])
    expect(await desk.as('SG').alerts({ after: 'x'.repeat(80) })).toMatchObject({
      ok: false,
      error: { code: 'POSITION_UNKNOWN', status: 410 },
    })
  })

  test('is refused after the ledger was restored from a backup, also once it has grown past that offset', async () => {
    const original = await openDesks(1)
    const restored = await openDesks(1)
    try {
      const common = ofCountry('SG')
      const lost = ofCountry('SG')
      const before = await original.start('first')
      await original.write(...common.facts)
      await original.sees(before, common)
      const early = unwrap(await before.as('SG').alerts()).nextCursor
      await original.write(...lost.facts)
      await original.sees(before, lost)
      const { nextCursor: next } = unwrap(await before.as('SG').alerts())

      const keys = before.keys
      const after = await restored.start('first', { settings: keys })
      await restored.write(...common.facts)
      await restored.sees(after, common)
      expect(await refusedAt(after, 'SG', next)).toEqual([410, 'POSITION_UNKNOWN'])
      expect(await after.as('SG').alerts({ after: next })).toMatchObject({ ok: false, error: { code: 'POSITION_UNKNOWN' } })
      expect(await refusedAt(after, 'SG', early)).toEqual([200, undefined])
      for (const history of [ofCountry('SG'), ofCountry('FR')]) {
        await restored.write(...history.facts)
        await restored.sees(after, history)
      }
      expect(await refusedAt(after, 'SG', next)).toEqual([410, 'POSITION_UNKNOWN'])
      expect(await refusedAt(after, 'SG', early)).toEqual([200, undefined])
      await expect(after.as('SG').watch({ lastEventId: next }).next()).rejects.toMatchObject({ problem: { code: 'POSITION_UNKNOWN' } })
    } finally {
      await original.close()
      await restored.close()
    }
  }, 30_000)
})
