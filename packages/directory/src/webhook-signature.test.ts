import { describe, expect, test } from 'vitest'
import { secretOf, signWebhook, verifyWebhook } from './webhook-signature.ts'

const secret = `whsec_${Buffer.alloc(24, 'a secret of 24 bytes').toString('base64')}`
const another = `whsec_${Buffer.alloc(64, 'another').toString('base64')}`
const sentAt = new Date('2024-07-23T02:25:00.900Z')
const body = '{"orderId":"ação"}'
const later = (seconds: number) => new Date(sentAt.getTime() + seconds * 1000)
const signedBy = (...secrets: string[]) => ({ ...signWebhook('an-order', sentAt, body, secrets.map(secretOf)) })

test('a signature matches the example of Standard Webhooks', () => {
  const example = secretOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  expect(signWebhook('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), '{"test": 2432232314}', [example])).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

describe('a receiver', () => {
  const verify = (headers: Record<string, string | string[] | undefined>, text: string | Uint8Array = body, now = sentAt) =>
    verifyWebhook(headers, text, [secret], now)

  test('gets the id of the order and the time of sending', () => {
    const expected = { ok: true, value: { id: 'an-order', sentAt: new Date('2024-07-23T02:25:00Z') } }
    expect(verify(signedBy(secret))).toEqual(expected)
    expect(verify(signedBy(secret), Buffer.from(body))).toEqual(expected)
    expect(verifyWebhook(new Headers(signedBy(secret)), body, [secret], sentAt)).toEqual(expected)
  })

  test('accepts a signature of either key during a key rotation', () => {
    expect(verify(signedBy(another, secret)).ok).toBe(true)
    expect(verifyWebhook(signedBy(secret), body, [another, secret], sentAt).ok).toBe(true)
  })

  test.each<[string, Record<string, string | string[] | undefined>, string?]>([
    ['another body', signedBy(secret), `${body} `],
    ['another id', { ...signedBy(secret), 'webhook-id': 'another' }],
    ['another time', { ...signedBy(secret), 'webhook-timestamp': '1721701501' }],
    ['another key', signedBy(another)],
    ['half a signature', { ...signedBy(secret), 'webhook-signature': signedBy(secret)['webhook-signature'].slice(0, 20) }],
    ['another version', { ...signedBy(secret), 'webhook-signature': signedBy(secret)['webhook-signature'].replace('v1', 'v1a') }],
    ['no signature', { ...signedBy(secret), 'webhook-signature': undefined }],
    ['an id that is there twice', { ...signedBy(secret), 'webhook-id': ['an-order', 'an-order'] }],
    ['an invalid time', { ...signedBy(secret), 'webhook-timestamp': 'now' }],
  ])('refuses %s', (_what, headers, text) => {
    expect(verify(headers, text).ok).toBe(false)
  })

  test('refuses a replayed delivery, and a clock that is ahead by as much', () => {
    expect([later(-299), later(299)].map(now => verify(signedBy(secret), body, now).ok)).toEqual([true, true])
    for (const now of [later(-302), later(301)])
      expect(verify(signedBy(secret), body, now)).toEqual({ ok: false, error: 'webhook-timestamp is more than 300 s from now' })
    expect(verifyWebhook(signedBy(secret), body, [secret], later(10), 5).ok).toBe(false)
  })

  test('accepts nothing without a key', () => {
    expect(verifyWebhook(signedBy(), body, [], sentAt).ok).toBe(false)
  })
})

test.each([
  ['without its prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'begins with whsec_'],
  ['that is not base64', 'whsec_not base64 at all, but some 24 bytes long', 'is base64'],
  ['of 23 bytes', `whsec_${Buffer.alloc(23).toString('base64')}`, 'has 24 to 64 bytes'],
  ['of 65 bytes', `whsec_${Buffer.alloc(65).toString('base64')}`, 'has 24 to 64 bytes'],
])('a secret %s is refused without its content', (_what, text, reason) => {
  expect(() => secretOf(text)).toThrow(reason)
  expect(() => secretOf(text)).not.toThrow(text)
})
