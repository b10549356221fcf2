import { randomBytes } from 'node:crypto'
import type { FreezeRequest } from '@holdfast/payment-stop/language'
import { type MemberRole, topics } from '@holdfast/schemas'
import { buildRequestNumber, type Overrides } from '@holdfast/test-kit/requests'
import { createDevelopmentTokens, developmentOperatorToken } from '@holdfast/trust'
import { clientsOf, type Engine, eventsIn, eventually, type Person, reaches, submit, tokenOf } from '../../src/engine.ts'
import type { HttpInput, SocketInput } from './drawing/input.ts'

/** A request that inputs refer to, and its order. */
export interface KnownRequest {
  readonly requestId: string
  readonly orderId: string
  readonly caseReference: string
  readonly requestingCountry: string
}

/** The engine's data before the first input, and the senders. */
export interface World {
  readonly engine: Engine
  /** Of the sending countries. */
  readonly own: readonly KnownRequest[]
  /** Of two other countries. */
  readonly foreign: readonly KnownRequest[]
  /** Of the sending countries: a bank reports cents on this request. */
  readonly reported: KnownRequest
  /** A chain in which each request but the first is a child of the one before: one longer than sharing reaches. */
  readonly chain: readonly string[]
  /** The unit with which the first of the chain is shared. */
  readonly sharedWith: typeof sharedWith
  /** Valid bearer tokens by member role, as of their last renewal. */
  tokens(): ReadonlyMap<string, string>
  operatorToken(): string
  renewTokens(): Promise<void>
  /** An HTTP token is for one command: an input has its sender's token, which each send exchanges for a new one. */
  forOneAct<S extends HttpInput | SocketInput>(sent: S): Promise<S>
}

type Sender = readonly [country: string, role: MemberRole]

/** The senders. */
export const senders: readonly Sender[] = [
  ['SG', 'system'],
  ['SG', 'officer'],
  ['SG', 'institution'],
  ['TL', 'system'],
  ['TL', 'officer'],
  ['TL', 'institution'],
  ['TL', 'fiu'],
  ['TL', 'authority'],
  ['VU', 'system'],
  ['VU', 'officer'],
  ['VU', 'institution'],
  ['XP', 'officer'],
]
export const countriesOfSenders = [...new Set(senders.map(([country]) => country))]

/** Personal data of two other countries: no answer may contain any of it. */
export const ofOthers = {
  victim: 'Obsidiana Quartzwater',
  creditor: 'Feldspar Holdings Kuala',
  unit: 'Zirconium fraud desk',
  person: 'z.chalcedony',
  email: 'desk@zirconium.example.my',
  phone: '+60355550199',
  account: 'MALACHITE990042',
  basis: 'Gneissian Penal Code',
  facts: 'The marmaladefox wrote from an address of a supplier and named the quincetree account instead of the old one.',
  note: 'Xanthippe rang twice about it',
  reference: 'PEBBLEDASH-77',
} as const

/** Personal data of the senders: secret for other members and for the log. */
export const ofSenders = {
  victim: 'Peridotia Merlionsdottir',
  creditor: 'Labradorite Kamanasa',
  unit: 'Tourmaline payments desk',
  person: 'i.wolframite',
  email: 'desk@tourmaline.example.sg',
  phone: '+6565550188',
  account: 'RHODONITE770013',
} as const

function documentOf(number: number, said: typeof ofOthers | typeof ofSenders, more: Overrides<FreezeRequest>): FreezeRequest {
  const document = buildRequestNumber(number, more)
  const { contact, victim, payment, offence } = document
  return {
    ...document,
    contact: { ...contact, unit: said.unit, email: said.email, phone: said.phone },
    victim: { ...victim, name: said.victim },
    payment: {
      ...payment,
      debtor: { name: said.victim, account: { other: said.account } },
      creditor: { ...payment.creditor, name: said.creditor },
    },
    offence: 'facts' in said ? { ...offence, facts: said.facts, legalBasis: said.basis } : offence,
  }
}

async function open(engine: Engine, number: number, document: FreezeRequest): Promise<KnownRequest> {
  const sender: Person = [document.requestingCountry, 'officer', document.requestingCountry === 'SG' ? ofSenders.person : ofOthers.person]
  const requestId = await submit(engine, sender, document, `fuzz-${number}`)
  const topic = { name: `freeze.orders.${document.beneficiaryCountry.toLowerCase()}` }
  const order = await eventually(async () => {
    const orders = await eventsIn<{ id: string; subject: string }>(engine.streams, topic).catch(() => [])
    return orders.find(({ subject }) => subject === requestId)
  }, `${requestId} is ordered`)
  return { requestId, orderId: order.id, caseReference: document.caseReference, requestingCountry: document.requestingCountry }
}

const knownEach = 6
const sharedWith = { country: 'FR', unit: 'cybercrime' } as const
/** Sharing reaches ten generations of children. */
export const generationsShared = 10

async function openChain(engine: Engine): Promise<string[]> {
  const chain: string[] = []
  for (let hop = 0; hop <= generationsShared + 1; hop++) {
    const [last] = chain.slice(-1)
    const number = 200 + hop
    const document = documentOf(number, ofSenders, last === undefined ? {} : { parent: { requestId: last, hop: Math.min(hop, 9) } })
    chain.push(await submit(engine, ['SG', 'officer', ofSenders.person], document, `fuzz-${number}`))
  }
  return chain
}

export async function createWorld(engine: Engine): Promise<World> {
  const own: KnownRequest[] = []
  const foreign: KnownRequest[] = []
  for (let n = 1; n <= knownEach; n++) {
    own.push(await open(engine, n, documentOf(n, ofSenders, {})))
    const others: Overrides<FreezeRequest> = {
      requestingCountry: 'MY',
      beneficiaryCountry: 'AE',
      caseReference: `MY-${n}`,
      victim: { country: 'MY' },
      payment: {
        debtorAgent: { bic: 'MERLMYKL' },
        creditorAgent: { bic: 'KMNSAEAD', name: 'Creek Bank' },
        creditor: { account: { other: `00770${n}` } },
      },
    }
    foreign.push(await open(engine, 100 + n, documentOf(100 + n, ofOthers, others)))
  }
  await workOn(engine, foreign)
  const reported = await open(engine, knownEach + 1, documentOf(knownEach + 1, ofSenders, {}))
  const chain = await openChain(engine)
  const tokens = new Map<string, string>()
  let operator = ''
  const tokenFor = createDevelopmentTokens(engine.dataDir)
  const ofSender = ([country, role]: Sender) => tokenFor({ country, role, person: 'p' })
  const renewTokens = async () => {
    for (const sender of senders) tokens.set(sender.join('/'), await ofSender(sender))
    operator = await developmentOperatorToken(engine.dataDir, 'night')
  }
  await renewTokens()
  const fresh = (by: string): Promise<string> => {
    const sender = senders.find(each => each.join('/') === by)
    return sender ? ofSender(sender) : developmentOperatorToken(engine.dataDir, 'night')
  }
  const forOneAct = async <S extends HttpInput | SocketInput>(sent: S): Promise<S> => {
    const drawn = tokens.get(sent.by) ?? operator
    if (sent.way === 'written')
      return sent.bytes.subarray(0, 4).toString() === 'POST' && sent.bytes.includes(drawn)
        ? { ...sent, bytes: Buffer.from(sent.bytes.toString('latin1').replaceAll(drawn, await fresh(sent.by)), 'latin1') }
        : sent
    if (sent.method !== 'POST' || sent.headers.authorization !== `Bearer ${drawn}`) return sent
    return { ...sent, headers: { ...sent.headers, authorization: `Bearer ${await fresh(sent.by)}` } }
  }
  return { engine, own, foreign, reported, chain, sharedWith, tokens: () => tokens, operatorToken: () => operator, renewTokens, forOneAct }
}

/** Commands of the other countries, because personal data is stored in more records than the document. */
async function workOn(engine: Engine, [first, second]: readonly KnownRequest[]): Promise<void> {
  if (!first || !second) return
  const bank = clientsOf(engine, ['AE', 'institution', ofOthers.person]).desk
  const given = [
    await bank.act(
      first.requestId,
      'ReportFreeze',
      { amount: { currency: 'USD', value: '1000.00' }, basis: 'FIU_SUSPENSION', reference: ofOthers.reference },
      { idempotencyKey: 'others-1' },
    ),
    await bank.act(second.requestId, 'ReportInterim', { reason: 'RQDA', note: ofOthers.note }, { idempotencyKey: 'others-2' }),
  ]
  for (const each of given) if (!each.ok) throw new Error(JSON.stringify(each.error))
  const note = await fetch(`${engine.deskUrl}/v1/work`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokenOf(engine, ['MY', 'officer', ofOthers.person])}`,
      'content-type': 'application/json',
      'idempotency-key': 'others-3',
    },
    body: JSON.stringify({ kind: 'NoteTaken', requestId: first.requestId, data: { text: ofOthers.note } }),
  })
  if (!note.ok) throw new Error(await note.text())
}

/** Sends a valid request. Returns how long it took until its order. Throws where there is none. */
export async function orderOne(engine: Engine, withinMs: number): Promise<number> {
  const number = 200_000_000 + randomBytes(4).readUInt32BE()
  const document = buildRequestNumber(number)
  const began = performance.now()
  const requestId = await submit(engine, ['SG', 'system', 'p'], document, `fuzz-${number}`)
  await eventually(
    async () => {
      const { streams } = engine
      const end = await streams.endOffset('freeze.orders.tl', 0)
      for await (const records of streams.read('freeze.orders.tl', 0, Math.max(0, end - 500), end))
        if (records.some(({ key }) => key === requestId)) return true
      return undefined
    },
    `the order of ${requestId}`,
    withinMs,
  )
  const tookMs = performance.now() - began
  await reaches(engine, requestId, 'verified')
  return tookMs
}

export const ingressTopics = [topics.requests.name, topics.answers.name] as const
