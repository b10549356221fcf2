import type { FreezeRequest } from '@holdfast/payment-stop/language'
import type { RevealedField, WorkEvent, WorkPage } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, type History } from '../../test/histories.ts'
import { createMemoryKeys, encryptedAt, personAt } from '../../test/work-desk.ts'
import { createDesk } from '../app.ts'
import { paymentStopDesk } from '../payment-stops/payment-stop-desk.ts'

// Fields are not encrypted yet; a desk can already reveal encrypted fields.

const path = '/payment/creditor/name'
const keys = createMemoryKeys()
/** What the work log has recorded each time that a field is decrypted. */
const opened: string[][] = []
let desks: Desks
let desk: StartedDesk
let tan: ReturnType<typeof personAt>
let count = 0
beforeAll(async () => {
  desks = await openDesks(1)
  const fieldDecrypter: typeof keys.opener = async (location, encrypted) => {
    const { body } = await tan.get<WorkPage>(`/v1/work?requestId=${location.requestId}`)
    opened.push(body.events.map(({ type }) => type))
    return keys.opener(location, encrypted)
  }
  desk = await desks.start('first', { definition: createDesk([paymentStopDesk], { fieldDecrypter }) })
  tan = personAt(desk, 'SG', 'a.tan')
})
afterAll(() => desks.close())

/** A request whose creditor name is encrypted for its path. */
async function withEncryptedName(kid: string, at = path): Promise<History> {
  const plain = buildRequestNumber(++count)
  const { requestId } = createHistory(plain)
  const name = encryptedAt({ requestId, path: at }, 'Klang Trading', kid, keys.make(kid)) as unknown as string
  const history = createHistory({ ...plain, payment: { ...plain.payment, creditor: { ...plain.payment.creditor, name } } } as FreezeRequest)
  await desks.write(...history.entries)
  await desks.sees(desk, history)
  return history
}
const reveal = ({ requestId }: History, body: object, key?: string) =>
  tan.post<RevealedField>(`/v1/requests/${requestId}/reveal`, body, key)
const revealsOf = async ({ requestId }: History) => {
  const { body } = await tan.get<WorkPage>(`/v1/work?requestId=${requestId}`)
  return body.events.filter(({ type }) => type.endsWith('FieldRevealed'))
}

test('an encrypted field is revealed after the chain has recorded who reveals it and why', async () => {
  const history = await withEncryptedName('key-1')
  const { status, body } = await reveal(history, { path, purpose: 'Call the creditor’s bank' })
  expect({ status, field: body.field }).toEqual({ status: 200, field: { is: 'plain', text: 'Klang Trading' } })
  expect(opened).toEqual([['holdfast.work.v1.FieldRevealed']])
  expect(await revealsOf(history)).toMatchObject([
    { actor: 'SG/officer/a.tan', data: { path, purpose: 'Call the creditor’s bank' } } satisfies Partial<WorkEvent>,
  ])
  expect(JSON.stringify(await revealsOf(history))).not.toContain('Klang')
})

test('a repeat under the same key is recorded once; another key is another reveal', async () => {
  const history = await withEncryptedName('key-2')
  const first = await reveal(history, { path, purpose: 'To compare' }, 'again')
  const second = await reveal(history, { path, purpose: 'To compare' }, 'again')
  expect(second).toEqual(first)
  expect(await revealsOf(history)).toHaveLength(1)
  await reveal(history, { path, purpose: 'To compare' }, 'another-key')
  expect(await revealsOf(history)).toHaveLength(2)
})

test('a field whose key was destroyed is erased, and shows since when', async () => {
  const history = await withEncryptedName('key-3')
  keys.destroy('key-3', '2026-01-01T00:00:00Z')
  const { body } = await reveal(history, { path, purpose: 'To compare' })
  expect(body.field).toEqual({ is: 'gone', since: '2026-01-01T00:00:00Z' })
})

test('an encrypted value that was moved to another path cannot be decrypted', async () => {
  const { status } = await reveal(await withEncryptedName('key-4', '/victim/name'), { path, purpose: 'To compare' })
  expect(status).toBe(500)
})

test('a plaintext field is revealed as it is, and recorded too', async () => {
  const history = await withEncryptedName('key-5')
  const { body } = await reveal(history, { path: '/victim/name', purpose: 'To compare' })
  expect(body.field).toEqual({ is: 'plain', text: history.document.victim.name })
  expect(await revealsOf(history)).toHaveLength(1)
})

test.each(['/payment', '/unknown/name', '/__proto__/name', '/victim/name/length', 'victim'])(
  '%s is no field, and nothing is recorded',
  async wrong => {
    const history = await withEncryptedName('key-6')
    expect(await reveal(history, { path: wrong, purpose: 'To compare' })).toMatchObject({
      status: 422,
      body: { problems: [{ path: '/path' }] },
    })
    expect(await revealsOf(history)).toEqual([])
  },
)

test('a purpose is required', async () => {
  expect(await reveal(await withEncryptedName('key-7'), { path, purpose: 'x' })).toMatchObject({
    status: 422,
    body: { problems: [{ path: '/purpose' }] },
  })
})

test('a desk without keys says so, and the attempt is recorded', async () => {
  const history = await withEncryptedName('key-8')
  const without = await desks.start('without')
  await desks.sees(without, history)
  const answer = await personAt(without, 'SG', 'b.lim').post(`/v1/requests/${history.requestId}/reveal`, { path, purpose: 'To compare' })
  expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
  await expect.poll(() => revealsOf(history)).toHaveLength(1)
})
