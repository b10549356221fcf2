import { createWebhookSecrets, type Recipient, verifyWebhook } from '@holdfast/directory'
import type { Order } from '@holdfast/payment-stop/language'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildOrder, createDeliveryWorld, type DeliveryWorld, webhookTo } from '../../test/deliveries/world.ts'
import { banks } from '../answers/bank-answers.ts'
import { createAttempt } from './attempt-delivery.ts'
import { type OrderFile, UntrustedFolderError } from './drop-file.ts'
import { failureReasonOf } from './failure-reason.ts'
import type { WebhookCall } from './post-webhook.ts'
import { UnreachableAddressError } from './reachable-address.ts'

const now = new Date('2024-07-23T02:25:00Z')
const order = buildOrder('one')

let world: DeliveryWorld
let calls: WebhookCall[]
let files: OrderFile[]
let dropFile: (file: OrderFile) => Promise<void>
let answer: () => { status: number; retryAfter: undefined }
beforeEach(async () => {
  world = await createDeliveryWorld()
  calls = []
  files = []
  dropFile = async file => void files.push(file)
  answer = () => ({ status: 200, retryAfter: undefined })
})
afterEach(() => world.stop())

function attempt(channel: object, what: Order = order) {
  const attempting = createAttempt({
    poster: {
      async post(call) {
        calls.push(call)
        return answer()
      },
    },
    dropFile: file => dropFile(file),
    secrets: createWebhookSecrets(`${world.folder}/webhook-secrets`),
    format: (order, format) => banks.formatOrder(order, format, 'The bureau'),
    clock: { now: () => now },
  })
  const recipient = { name: 'Kamanasa Bank', channel: { format: 'json', ...channel } } as Recipient
  return attempting(recipient, JSON.stringify(what), new AbortController().signal)
}

describe('an attempt', () => {
  test('by webhook is a signed call that its receiver can verify', async () => {
    expect(await attempt(webhookTo('https://bank.example/'))).toEqual({ outcome: 'delivered' })
    const [call] = calls
    expect(call).toMatchObject({ url: 'https://bank.example/', body: JSON.stringify(order) })
    expect(verifyWebhook(call?.headers ?? {}, call?.body ?? '', [world.secret], now)).toEqual({
      ok: true,
      value: { id: order.id, sentAt: now },
    })
  })

  test('whose secret is missing waits for a repair, and nothing is sent unsigned', async () => {
    expect(await attempt({ ...webhookTo('https://bank.example/'), keyIds: ['a-key', 'lost'] })).toEqual({
      outcome: 'failed',
      why: 'the secret lost can not be read from the folder of secrets: ENOENT',
      slow: true,
    })
    expect(calls).toEqual([])
  })

  test('to a private address waits for a repair', async () => {
    answer = () => {
      throw new UnreachableAddressError('10.0.0.1 is no public address')
    }
    expect(await attempt(webhookTo('https://bank.example/'))).toMatchObject({ outcome: 'failed', slow: true })
  })

  test('by folder is a file', async () => {
    expect(await attempt({ kind: 'file', folder: '/orders' })).toEqual({ outcome: 'delivered' })
    expect(files).toEqual([{ folder: '/orders', orderId: order.id, extension: 'json', body: JSON.stringify(order) }])
  })

  test('in a folder that other users can replace waits for a repair', async () => {
    dropFile = async () => {
      throw new UntrustedFolderError()
    }
    expect(await attempt({ kind: 'file', folder: '/orders' })).toMatchObject({ outcome: 'failed', slow: true })
  })
})

describe('a bank that wants bank messages', () => {
  const formatOf = async (kind: Order['data']['kind']) => {
    await attempt({ kind: 'file', folder: '/orders', format: 'iso20022' }, buildOrder(kind, 'KMNSTLDL', { kind }))
    const { extension, body } = files.at(-1) ?? {}
    return `${extension} ${/xsd:([a-z]+\.\d+)/.exec(body ?? '')?.[1] ?? 'order'}`
  }

  test('receives the one that has the meaning of the order, or else the order itself', async () => {
    const formats: string[] = []
    for (const kind of ['freeze', 'chase', 'release', 'cancel', 'information'] as const) formats.push(`${kind}: ${await formatOf(kind)}`)
    expect(formats).toEqual([
      'freeze: xml camt.056',
      'chase: xml pacs.028',
      'release: json order',
      'cancel: json order',
      'information: json order',
    ])
  })

  test('receives the same bytes at each attempt', async () => {
    for (let times = 0; times < 2; times++) await attempt({ kind: 'file', folder: '/orders', format: 'iso20022' })
    expect(files[0]).toEqual(files[1])
  })
})

test.each<[string, unknown, string]>([
  ['the message of an error', new Error('socket hang up'), 'socket hang up'],
  ['its code if the message lacks it', Object.assign(new Error('no'), { code: 'ENETUNREACH' }), 'ENETUNREACH: no'],
  [
    'the first of several errors',
    new AggregateError([new Error('connect ECONNREFUSED 192.0.2.1:443')]),
    'connect ECONNREFUSED 192.0.2.1:443',
  ],
  [
    'without paths, because both countries read it',
    Object.assign(new Error("ENOENT: no such file or directory, rename '/srv/a' -> '/srv/b'"), {
      code: 'ENOENT',
      syscall: 'rename',
      path: '/srv/a',
    }),
    'ENOENT: no such file or directory, rename',
  ],
  ['without control characters', new Error('Parse Error:\u0000\u001b[31m\nExpected HTTP/'), 'Parse Error:  [31m Expected HTTP/'],
  ['at most one line', new Error('x'.repeat(1_000)), 'x'.repeat(300)],
  ['never empty', new Error(''), 'no reason given'],
])('the reason of a failure is %s', (_what, error, reason) => {
  expect(failureReasonOf(error)).toBe(reason)
})
