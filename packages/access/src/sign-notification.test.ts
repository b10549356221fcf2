import { notificationEvent } from '@holdfast/schemas'
import { createEngineSecret, createEngineSignatureVerifier, createEngineSigner } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { signNotification } from './sign-notification.ts'

const signer = createEngineSigner(createEngineSecret(Buffer.alloc(32, 1)))
const whyNot = createEngineSignatureVerifier([signer.key])
const notificationOf = (message: string) =>
  notificationEvent(
    { kind: 'refusedAtIngress', country: 'SG', eventId: 'e-1', eventSource: '/ncb/sg', code: 'MALFORMED', message, problems: [] },
    { id: '7d1a4f0e-6c1f-5c0a-8b8e-1f2a3b4c5d6e', service: 'intake', time: '2024-07-23T02:25:00.000Z' },
  )

test('a progress notification is signed like every other', () => {
  const { data, ...attributes } = notificationOf('Verified')
  const progress = { ...attributes, data: { ...data, kind: 'progress' } } as never
  const sent = JSON.parse(signNotification(signer, progress))
  expect(sent).toMatchObject(progress)
  expect(whyNot(sent)).toBeUndefined()
})

test.each([
  ['is complete', 'Zo\u00eb \u20ac \ud83d\ude00', 'Zo\u00eb \u20ac \ud83d\ude00'],
  ['ends within a character', 'Zo\ud83d', 'Zo\ufffd'],
  ['contains an escape sequence', 'a text with \\ud83d', 'a text with \\ud83d'],
])('a notification whose text %s is sent with a valid signature', (_how, message, said) => {
  const sent = JSON.parse(signNotification(signer, notificationOf(message)))
  expect(whyNot(sent)).toBeUndefined()
  expect(sent.data.message).toBe(said)
})
