import { lineAt, pointersOf, relink, type Spoilable } from '../recorded.ts'
import { drop, type Mutation, someone } from './mutation.ts'

const aRequest = (seen: Spoilable) => someone(seen.requests[0])
const receiptOf = (seen: Spoilable) => aRequest(seen).attempts[0]?.body as { requestId: string; caseReference: string }
/** A command that became a fact. */
const aDoneCommand = (seen: Spoilable) =>
  someone(seen.commands.find(({ attempts: [attempt] }) => (attempt?.body as { outcome?: string } | undefined)?.outcome === 'applied'))

export const ofPersonalData: readonly Mutation[] = [
  [
    'request-kept',
    'an accepted request that is missing',
    seen => {
      const { requestId } = receiptOf(seen)
      seen.ledger = seen.ledger.filter(({ value }) => JSON.parse(value).subject !== requestId)
    },
  ],
  [
    'request-kept',
    'another document than was sent',
    seen => Object.assign(aRequest(seen).document as object, { caseReference: 'ANOTHER' }),
  ],
  [
    'request-kept',
    'a request of another country',
    seen => {
      aRequest(seen).by = 'FR/system/ncb'
    },
  ],
  [
    'request-once',
    'one sending that opened two requests',
    seen => {
      const { requestId } = receiptOf(seen)
      const [at = 0] = pointersOf(seen, 'RequestOpened', ({ subject }) => subject === requestId)
      const line = lineAt(seen.ledger, at)
      seen.ledger.push({ ...line, value: line.value.replaceAll(requestId, requestId.replace(/^./, 'z')) })
      relink(seen, requestId.replace(/^./, 'z'))
    },
  ],
  ['request-once', 'two keys that got one request', seen => void seen.requests.push({ ...aRequest(seen), key: 'another' })],
  ['request-sent', 'a request that was not sent', seen => void drop(seen.requests, () => true)],
  [
    'request-sent',
    'a request that was refused and opened',
    seen => {
      aRequest(seen).attempts = [{ sentMs: 0, outcome: 'refused', body: { code: 'RATE_LIMITED' } }]
    },
  ],
  [
    'receipt-same',
    'a repeat with another instant',
    seen =>
      void aRequest(seen).attempts.push({
        sentMs: 1,
        outcome: 'accepted',
        body: { ...receiptOf(seen), receivedAt: '2024-07-23T02:25:01.000Z' },
      }),
  ],
  [
    'receipt-same',
    'a receipt by Kafka that comes again with another instant',
    seen => {
      for (const receivedAt of ['2024-07-23T02:25:00.000Z', '2024-07-23T02:25:01.000Z'])
        seen.notifications.push({
          country: 'SG',
          atMs: 0,
          value: JSON.stringify({ id: 'a receipt', data: { kind: 'received', country: 'SG', receivedAt } }),
        })
    },
  ],
  [
    'receipt-same',
    'a receipt of another case',
    seen => {
      receiptOf(seen).caseReference = 'ANOTHER'
    },
  ],
  [
    'command-decided',
    'an applied command without a fact',
    seen => {
      ;(aDoneCommand(seen).attempts[0]?.body as { commandId: string }).commandId = 'another'
    },
  ],
  [
    'command-decided',
    'an act that is answered as a proposal',
    seen => {
      ;(aDoneCommand(seen).attempts[0]?.body as { outcome: string }).outcome = 'proposed'
    },
  ],
  [
    'command-decided',
    'a pending command without a decision',
    seen => {
      const body = { commandId: 'another', outcome: 'pending' }
      seen.commands.push({ ...aDoneCommand(seen), key: 'another', attempts: [{ sentMs: 0, outcome: 'accepted', body }] })
    },
  ],
  [
    'command-refused',
    'a refused command with a fact',
    seen => {
      aDoneCommand(seen).attempts = [{ sentMs: 0, outcome: 'refused', body: { code: 'WRONG_STATE' } }]
    },
  ],
  [
    'command-refused',
    'a command that is applied and refused',
    seen => void aDoneCommand(seen).attempts.push({ sentMs: 1, outcome: 'refused', body: { code: 'WRONG_STATE' } }),
  ],
  ['word-given', 'a fact without its command', seen => void drop(seen.commands, each => each === aDoneCommand(seen))],
  [
    'word-given',
    'a command of another person',
    seen => {
      aDoneCommand(seen).by += 'x'
    },
  ],
  ['word-given', 'an answer that was not sent', seen => void drop(seen.answers, ({ kind }) => kind === 'frozen')],
  [
    'word-given',
    'an answer with another amount',
    seen => {
      ;(someone(seen.answers.find(({ kind }) => kind === 'frozen')).details as { amount: object }).amount = {}
    },
  ],
  ['answer-kept', 'an accepted answer without an outcome', seen => void seen.answers.push({ ...someone(seen.answers[0]), id: 'another' })],
  [
    'answer-order',
    'two answers in the wrong order',
    seen => {
      const at = seen.answers.findIndex(({ kind }) => kind === 'frozen')
      const { by, orderId } = someone(seen.answers[at])
      const before = seen.answers.findIndex(each => each.by === by && each.orderId === orderId && each.kind === 'acknowledged')
      seen.answers.splice(before, 0, ...seen.answers.splice(at, 1))
    },
  ],
  [
    'read-forward',
    'a reader who goes back',
    seen => {
      const read = someone(seen.reads.find(({ sequence }) => sequence > 1))
      seen.reads.push({ ...read, atMs: read.atMs + 1, sequence: 1, phase: 'received' })
    },
  ],
  [
    'read-ledger',
    'a phase that the ledger does not have',
    seen => {
      someone(seen.reads[0]).phase = 'recovered'
    },
  ],
  [
    'read-ledger',
    'a fact that is not in the ledger',
    seen => {
      someone(seen.reads[0]).sequence = 999
    },
  ],
  [
    'read-ledger',
    'an amount that the ledger does not have',
    seen => {
      ;(someone(seen.reads[0]).amounts as { frozen: object }).frozen = { currency: 'USD', value: '0.01' }
    },
  ],
  [
    'deadline-passed',
    'a deadline that was due long ago',
    seen => {
      seen.endedMs = Date.parse('2099-01-01T00:00:00Z')
    },
  ],
]
