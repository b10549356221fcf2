import { expect, test } from 'vitest'
import { refusalOf } from './refusal.ts'

const messageOf = (code: string) => refusalOf(Object.assign(new Error('no'), { code }), { brokers: ['k:1'], ssl: true })?.message

test.each([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
])('%s says that the broker requires a certificate', code => {
  expect(messageOf(code)).toBe('Kafka at k:1 requires a client certificate, and none is configured (no)')
})

test.each([
  'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
  'ERR_SSL_ALERT_CERTIFICATE_',
  'TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_UNKNOWN_CA',
  'ECONNRESET',
])('%s says nothing of a certificate', code => {
  expect(messageOf(code)).toBeUndefined()
})
