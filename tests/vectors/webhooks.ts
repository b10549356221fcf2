import { signWebhook, verifyWebhook } from '@holdfast/directory'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface Input {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Those that the receiver knows. */
  readonly secrets: readonly string[]
  readonly now: string
}

const rule =
  'Standard Webhooks: a signature is "v1," and the base64 of the HMAC-SHA-256 of webhook-id, ".", webhook-timestamp, "." and the body as it came, under the bytes of a secret, which is "whsec_" and their base64. webhook-signature has one or more with spaces between; one that is right is enough. A timestamp more than 300 seconds from now, before or after, is refused. `signatures` are those that each secret of the receiver makes. The secrets here are made for these vectors, and known to everybody.'

const bytesOf = (text: string) => Buffer.from(text.slice('whsec_'.length), 'base64')
const secretFor = (text: string) => `whsec_${Buffer.from(text).toString('base64')}`
const secret = secretFor('no secret, made for the vectors')
const next = secretFor('no secret either, but the next one: 64 bytes are the most there!')

const id = '9e95f72e-0529-5092-a64e-f4460878dfec'
const sentAt = new Date('2024-07-23T02:25:00Z')
const body = '{"specversion":"1.0","id":"9e95f72e-0529-5092-a64e-f4460878dfec","data":{"note":"ação “€” 😀"}}'
const headersBy = (...secrets: string[]) => ({ ...signWebhook(id, sentAt, body, secrets.map(bytesOf)) })
const signature = headersBy(secret)['webhook-signature']
const now = '2024-07-23T02:25:03Z'
const came = { headers: headersBy(secret), body, secrets: [secret], now }
const signedAs = (text: string): Input => ({ ...came, headers: { ...came.headers, 'webhook-signature': text } })

const cases: readonly Case<Input>[] = [
  ['a delivery', came],
  [
    'the example of Standard Webhooks',
    {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: '{"test": 2432232314}',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      now: '2021-02-25T15:02:10Z',
    },
  ],
  ['signed by the old secret and the new one, where the receiver has the old one', { ...came, headers: headersBy(next, secret) }],
  ['signed by the old secret, where the receiver has both', { ...came, secrets: [next, secret] }],
  ['a signature of another version next to it', signedAs(`v1a,${signature.slice(3)} ${signature}`)],
  ['five minutes old', { ...came, now: '2024-07-23T02:30:00Z' }],
  ['five minutes ahead', { ...came, now: '2024-07-23T02:20:00Z' }],
  ['an empty body', { ...came, headers: { ...signWebhook(id, sentAt, '', [bytesOf(secret)]) }, body: '' }],
  ['five minutes and a second old', { ...came, now: '2024-07-23T02:30:01Z' }, 'it may be a replay'],
  ['five minutes and a second ahead', { ...came, now: '2024-07-23T02:19:59Z' }, 'a clock is wrong'],
  ['another body', { ...came, body: body.replace('note', 'Note') }, 'no signature is right'],
  ['a space more', { ...came, body: `${body} ` }, 'the bytes count, and not what they mean'],
  ['another id', { ...came, headers: { ...came.headers, 'webhook-id': id.replace('9', '8') } }, 'no signature is right'],
  ['another time', { ...came, headers: { ...came.headers, 'webhook-timestamp': '1721701501' } }, 'no signature is right'],
  ['another secret', { ...came, secrets: [next] }, 'no signature is right'],
  ['no secret', { ...came, secrets: [] }, 'no signature is right'],
  ['another version', signedAs(`v1a,${signature.slice(3)}`), 'v1 alone is known'],
  ['half of a signature', signedAs(signature.slice(0, 23)), 'no signature is right'],
  ['no signature', signedAs(''), 'no signature is right'],
  ['a time that is none', { ...came, headers: { ...came.headers, 'webhook-timestamp': 'now' } }, 'a time is seconds since 1970'],
]

export const webhookVectors = async (): Promise<VectorKind> => ({
  kind: 'webhooks',
  rule,
  vectors: await vectorsOf(cases, input => {
    const verified = verifyWebhook(input.headers, input.body, input.secrets, new Date(input.now))
    if (!verified.ok) return refusal
    const signatures = signWebhook(verified.value.id, verified.value.sentAt, input.body, input.secrets.map(bytesOf))['webhook-signature']
    return { id: verified.value.id, sentAt: verified.value.sentAt.getTime() / 1000, signatures: signatures.split(' ') }
  }),
})
