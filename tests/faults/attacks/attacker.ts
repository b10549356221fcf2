import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { formatMessage, referenceOf } from '@holdfast/payment-stop/iso20022'
import { type Fact, factKindOf } from '@holdfast/payment-stop/language'
import { consequenceIdOf, type MemberRole } from '@holdfast/schemas'
import { sendInWindow } from '@holdfast/test-kit/load'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { sendHttp } from '@holdfast/test-kit/send-http'
import { createDevelopmentTokens } from '@holdfast/trust'
import { buildCompressedBatch, createBatchPublisher } from './publish-batch.ts'

// In a process of its own, so that the cost of attacking does not count as the engine's. Every attack is bounded in
// count and time and stops by itself.

const [dataDir = '', requestsUrl = '', deskUrl = '', answersUrl = '', attack = '', target = '', attackMs = '', ...byKafka] =
  process.argv.slice(2)
const [brokers = '', requestsTopic = '', partitions = ''] = byKafka
const until = performance.now() + Number(attackMs)
const goesOn = (): boolean => performance.now() < until
const statuses: Record<string, number> = {}
/** The longest wait of the attacker for an answer. */
const answerMsMax = 120_000
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

const tokens = createDevelopmentTokens(dataDir)
const tokenOf = (country: string, role: MemberRole, person = 'x'): Promise<string> => tokens({ country, role, person })

/** Sends one request. Resolves with its status, or with the error. */
async function ask(
  url: string,
  path: string,
  token: string | undefined,
  body?: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const all = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers }
  const outcome = await sendHttp(`${url}${path}`, { body, headers: all, agent, answerMsMax })
  const status = 'status' in outcome ? `${outcome.status}` : (outcome.error.code ?? outcome.error.message)
  statuses[status] = (statuses[status] ?? 0) + 1
  return status
}

/** Repeats calls, this many in parallel and at most `count` in all. */
const loop = (atOnce: number, count: number, work: (n: number) => Promise<unknown>): Promise<void> =>
  sendInWindow({ atOnce, count, goesOn }, work)

/** A connection to the desk that sends these bytes and reads the answer or not. */
function raw(bytes: string, reads: boolean): Promise<Socket> {
  return new Promise(resolve => {
    const socket = connect(Number(new URL(deskUrl).port), '127.0.0.1', () => {
      socket.write(bytes)
      resolve(socket)
    })
    socket.on('error', () => resolve(socket))
    if (reads) socket.resume()
  })
}

const head = (method: string, path: string, token: string, more = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n${more}\r\n`

/** A camt.029 about fifty orders that were never sent. */
function answersToNothing(): string {
  const bank = { agent: { bic: 'KCBLKENX' } }
  const police = { party: { name: 'Payment fraud desk', country: 'SG' } }
  const written = formatMessage({
    kind: 'resolutionOfInvestigation',
    name: 'camt.029.001.09',
    body: {
      assignment: { id: randomUUID().slice(0, 30), assigner: bank, assignee: police, createdAt: '2024-07-24T09:00:00+03:00' },
      status: { confirmation: 'RJCR' },
      details: [
        {
          transactions: Array.from({ length: 50 }, () => ({
            case: { id: referenceOf(randomUUID()), creator: police },
            reasons: [{ reason: { code: 'AM04' } }],
          })),
        },
      ],
    },
  })
  if (!written.ok) throw new Error(JSON.stringify(written.error))
  return written.value
}

/** Sends a request from Vanuatu about money in Kenya. */
async function submit(n: number, parent?: { readonly requestId: string; readonly hop: number }): Promise<string> {
  const document = buildRequestNumber(20_000_000 + n, {
    requestingCountry: 'VU',
    beneficiaryCountry: 'KE',
    payment: { creditor: { account: { other: `${20_000_000 + n}` } }, creditorAgent: { bic: 'KCBLKENX' } },
    ...(parent ? { parent } : {}),
  })
  const answer = await fetch(`${requestsUrl}/v1/requests`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf('VU', 'system')}`,
      'content-type': 'application/json',
      'idempotency-key': `child-${n}`,
    },
    body: JSON.stringify(document),
  })
  statuses[`submit ${answer.status}`] = (statuses[`submit ${answer.status}`] ?? 0) + 1
  return ((await answer.json()) as { requestId: string }).requestId
}

/** Waits for the order to freeze of a request. */
async function orderOf(requestId: string): Promise<string> {
  const token = await tokenOf('VU', 'system')
  while (goesOn()) {
    const answer = await fetch(`${deskUrl}/v1/requests/${requestId}`, { headers: { authorization: `Bearer ${token}` } })
    const { history = [] } = (await answer.json()) as { history?: readonly Fact[] }
    const verified = history.find(fact => factKindOf(fact) === 'RequestVerified')
    if (verified) return consequenceIdOf('order', requestId, verified.id)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`no order for ${requestId}`)
}

const attacks: Record<string, () => Promise<void>> = {
  async 'media types that backtrack'() {
    const body = JSON.stringify(buildRequestNumber(1))
    // Node accepts heads of 16 kB.
    const mediaType = `application/json;charset=${' '.repeat(3_200)}""x`
    await loop(16, 20_000, () => ask(requestsUrl, '/v1/requests', undefined, body, { 'content-type': mediaType }))
  },
  async 'lists of empty elements'() {
    const token = await tokenOf('KE', 'officer')
    const body = JSON.stringify({ ...buildRequestNumber(1), enclosures: Array.from({ length: 80_000 }, () => ({})) })
    await loop(32, 20_000, n => ask(requestsUrl, '/v1/requests', token, body, { 'idempotency-key': `list-${n}` }))
  },
  async 'runs of CDATA'() {
    const token = await tokenOf('KE', 'institution')
    const document = answersToNothing().replace('RJCR', '<![CDATA[R]]>'.repeat(15_000))
    await loop(32, 20_000, () => ask(answersUrl, '/v1/answers', token, document, { 'content-type': 'application/xml' }))
  },
  async 'reports of one cent'() {
    const requestId = await submit(0)
    const orderId = await orderOf(requestId)
    const token = await tokenOf('KE', 'institution')
    const answer = (n: number, kind: string, details: object): Promise<string> =>
      ask(answersUrl, '/v1/answers', token, JSON.stringify({ orderId, requestId, institution: { bic: 'KCBLKENX' }, kind, details }), {
        'idempotency-key': `cent-${n}`,
      })
    const details = { amount: { currency: 'USD', value: '0.01' }, country: 'AE' }
    const officer = await tokenOf('VU', 'officer')
    await Promise.all([
      loop(8, 5_000, n => answer(n, 'movedOnward', details)),
      loop(2, 1_000, () => ask(deskUrl, `/v1/requests/${requestId}/actions`, officer)),
    ])
  },
  async 'chains and crowds of children'() {
    const share = { with: { country: 'AE', unit: 'cybercrime' }, extent: 'standing', purpose: 'Follow the money' }
    const root = await submit(0)
    let last = { requestId: root, hop: 0 }
    await loop(16, 5_000, async n => {
      const parent = n % 2 === 0 ? { requestId: root, hop: 1 } : { requestId: last.requestId, hop: Math.min(last.hop + 1, 9) }
      last = { requestId: await submit(n + 1, parent), hop: parent.hop }
      const body = JSON.stringify({ command: 'ShareRequest', data: share })
      await ask(deskUrl, `/v1/requests/${last.requestId}/commands`, await tokenOf('VU', 'officer'), body, {
        'idempotency-key': `share-${n}`,
      })
    })
  },
  async 'streams opened and reset'() {
    const tokens = await Promise.all(Array.from({ length: 1_500 }, (_, i) => tokenOf('VU', 'officer', `p${i}`)))
    // In rounds: during a single burst the member reads a hundred times, so its slowest hundredth is one read.
    for (let burst = 0; burst < 6; burst++)
      await loop(1_500, 1_500, async n => (await raw(head('GET', '/v1/stream', tokens[n] ?? ''), false)).resetAndDestroy())
  },
  async 'empty exports, lists and idle streams'() {
    const token = await tokenOf('VU', 'officer')
    const idle = await Promise.all(
      Array.from({ length: 950 }, async (_, i) =>
        raw(head('GET', '/v1/stream', await tokenOf(i % 2 ? 'VU' : 'NR', 'officer', `i${i}`)), true),
      ),
    )
    await Promise.all([
      loop(16, 100_000, () => ask(deskUrl, '/v1/stream', token, undefined, { accept: 'application/x-ndjson' })),
      loop(16, 100_000, () => ask(deskUrl, '/v1/requests?limit=1', token)),
    ])
    for (const socket of idle) socket.destroy()
  },
  async 'answers to orders that do not exist'() {
    const token = await tokenOf('KE', 'institution')
    const documents = Array.from({ length: 200 }, answersToNothing)
    await loop(32, 5_000, n =>
      ask(answersUrl, '/v1/answers', token, documents[n % 200]?.replace(/<Id>[^<]{30}</, `<Id>${randomUUID().slice(0, 30)}<`), {
        'content-type': 'application/xml',
      }),
    )
  },
  async 'illegal commands'() {
    const body = JSON.stringify({ command: 'Reject', data: { code: 'NARR', text: 'no' } })
    await loop(8, 3_000, async n =>
      ask(deskUrl, `/v1/requests/${target}/commands`, await tokenOf('TL', 'officer'), body, { 'idempotency-key': `illegal-${n}` }),
    )
  },
  async 'requests of one member'() {
    const documents = (n: number): string => JSON.stringify(buildRequestNumber(10_000_000 + n, { requestingCountry: 'KE' }))
    await loop(64, 50_000, async n =>
      ask(requestsUrl, '/v1/requests', await tokenOf('KE', 'system'), documents(n), { 'idempotency-key': `flood-${n}` }),
    )
  },
  async 'large bodies'() {
    const token = await tokenOf('KE', 'officer')
    const body = JSON.stringify({ ...buildRequestNumber(1), facts: 'x'.repeat(250_000) })
    await loop(32, 20_000, n => ask(requestsUrl, '/v1/requests', token, body, { 'idempotency-key': `large-${n}` }))
  },
  async 'pipelined looks'() {
    const token = await tokenOf('VU', 'officer')
    await loop(20, 2_000, async () => {
      const socket = await raw(head('GET', '/v1/requests', token).repeat(2_000), true)
      if (!socket.destroyed) await new Promise(resolve => socket.once('close', resolve).setTimeout(2_000, () => socket.destroy()))
    })
  },
  async 'compressed batches without a token'() {
    const publisher = createBatchPublisher(brokers)
    const batches = new Map([1_000, 100_000].map(count => [count, buildCompressedBatch(count)]))
    const publish = async (n: number, count: number): Promise<void> => {
      await publisher.publish(requestsTopic, n % Number(partitions), batches.get(count) ?? Buffer.alloc(0))
      const name = `batches of ${count}`
      statuses[name] = (statuses[name] ?? 0) + 1
    }
    // Only the broker could limit a stranger's writes, so the attack has its own rate: 110,000 records a second.
    for (let n = 0; goesOn(); n++) {
      const next = new Promise(resolve => setTimeout(resolve, 100))
      await publish(n, 1_000)
      if (n % 10 === 0) await publish(n / 10, 100_000)
      await next
    }
    publisher.close()
  },
  async 'bodies without a token'() {
    const body = JSON.stringify(buildRequestNumber(1))
    await loop(32, 100_000, () => ask(requestsUrl, '/v1/requests', undefined, body, { 'idempotency-key': 'k' }))
  },
}

await attacks[attack]?.()
agent.destroy()
process.stdout.write(`${JSON.stringify(statuses)}\n`)
process.exit(0)
