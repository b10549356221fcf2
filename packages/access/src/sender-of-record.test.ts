import { watchLogTime } from '@holdfast/runtime'
import type { StreamRecord } from '@holdfast/streams'
import { createEventVerifier, type Member, makeKey, signEvent } from '@holdfast/trust'
import { afterEach, expect, test } from 'vitest'
import { senderOfRecord } from './sender-of-record.ts'

const { privateKey, publicKey } = makeKey('k1')
const singapore: Member = { country: 'SG', name: 'Singapore', keys: { keys: [publicKey] } }
const acceptedAt = new Date('2026-12-01T09:17:05Z')
const days = (count: number) => count * 24 * 3_600_000
const stopping: (() => void)[] = []
afterEach(() => {
  for (const stop of stopping.splice(0)) stop()
})

/** A process whose clock differs from the log by this much. */
function processWith(offMs: number) {
  const clock = { now: () => new Date(acceptedAt.getTime() + offMs), steadyMs: () => performance.now() }
  const silent = { error: () => undefined, info: () => undefined }
  const logTime = watchLogTime({
    streams: { logTime: async () => acceptedAt.getTime() },
    clock,
    readiness: { note: () => undefined },
    log: silent,
    ifClockIsRight: '',
  })
  stopping.push(logTime.stop)
  return {
    verify: async () => ({ ok: false as const, error: { code: 'UNAUTHENTICATED' as const, message: 'no token is expected' } }),
    verifyEvent: createEventVerifier({ members: new Map([['SG', singapore]]), now: clock.now, clockSkewSeconds: 60 }),
    logTime,
  }
}

function signedRecord(signedAt: Date): StreamRecord {
  const event = { specversion: '1.0', id: 'a-1', source: '/ncb/sg', type: 'holdfast.request.v1', data: { any: 'text' } }
  const signature = signEvent(event, { actor: { country: 'SG', role: 'system', person: 'ncb' }, key: privateKey, kid: 'k1', now: signedAt })
  return {
    topic: 'freeze.requests',
    partition: 0,
    offset: 1,
    key: 'SG',
    value: JSON.stringify(event),
    headers: { signature },
    timestampMs: acceptedAt.getTime(),
  }
}

test.each([days(-6), days(6), 0])('a valid signature is accepted whatever this machine’s clock shows: %d ms off', async offMs => {
  const sender = await senderOfRecord(processWith(offMs), signedRecord(acceptedAt), 'holdfast.request.v1')
  expect(sender).toMatchObject({ ok: true, value: { sender: { country: 'SG', person: 'ncb' } } })
})

test('a signature that had expired when the log accepted it is refused, also by a clock that is behind', async () => {
  const record = signedRecord(new Date(acceptedAt.getTime() - days(7)))
  expect(await senderOfRecord(processWith(days(-7)), record, 'holdfast.request.v1')).toMatchObject({
    ok: false,
    error: { code: 'UNAUTHENTICATED' },
  })
})
