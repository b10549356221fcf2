import { type AnyRecord, factAt, lineAt, pointersOf, relink, spoil } from '../recorded.ts'
import { first, inFirst, isLast, type Mutation } from './mutation.ts'

const _isAgreed = (fact: AnyRecord): boolean => fact.data.proposedBy !== undefined

export const ofHistories: readonly Mutation[] = [
  [
    'ledger-readable',
    'half a record',
    seen => {
      lineAt(seen.ledger, 5).value = '{"type":"holdfast.fact.v1.Req'
    },
  ],
  [
    'ledger-readable',
    'a record of an invalid type',
    seen => {
      lineAt(seen.ledger, 5).value = '{"type":"x","data":{}}'
    },
  ],
  [
    'one-partition',
    'a fact in another partition',
    seen => {
      lineAt(seen.ledger, first(seen, 'FreezeReported')).partition += 1
    },
  ],
  ['history-unbroken', 'a fact that is missing in the middle', seen => void seen.ledger.splice(first(seen, 'FreezeReported'), 1)],
  ['history-unbroken', 'a history without its beginning', seen => void seen.ledger.splice(first(seen, 'RequestOpened'), 1)],
  [
    'history-unbroken',
    'two facts in the wrong order',
    seen => {
      const at = first(seen, 'RequestVerified')
      const other = first(seen, 'RequestOpened', ({ subject }) => subject === factAt(seen, at).subject)
      const [one, two] = [lineAt(seen.ledger, at), lineAt(seen.ledger, other)]
      Object.assign(seen.ledger, { [at]: two, [other]: one })
    },
  ],
  [
    'hash-chain',
    'a changed word',
    seen => {
      const line = lineAt(seen.ledger, first(seen, 'RequestOpened'))
      line.value = line.value.replace('A forged invoice', 'A genuine invoice')
    },
  ],
  [
    'level-kept',
    'a fact of an unknown type',
    inFirst('OrderAcknowledged', fact => Object.assign(fact, { type: 'holdfast.fact.v1.OrderSung', critical: false })),
  ],
  [
    'decided-once',
    'one command that became two facts',
    seen => {
      const fact = factAt(
        seen,
        first(seen, 'FreezeReported', ({ subject }) => pointersOf(seen, 'FreezeReported', each => each.subject === subject).length > 1),
      )
      const next = first(seen, 'FreezeReported', each => each.subject === fact.subject && each.sequence > fact.sequence)
      spoil(seen, next, each => Object.assign(each, { id: fact.id, causationid: fact.causationid }))
    },
  ],
  [
    'decided-once',
    'a fact whose id is not that of its command',
    inFirst('OrderAcknowledged', fact => {
      fact.causationid = 'another'
    }),
  ],
  [
    'refusals-bounded',
    'twenty-one refusals of one member role',
    seen => {
      const at = seen.ledger.findIndex(({ value }) => JSON.parse(value).number === 1)
      const refusal = factAt(seen, at)
      let before = refusal.id
      const more = Array.from({ length: 21 }, (_, n) => {
        const id = `refusal-${n}`
        const value = JSON.stringify({ ...refusal, id, causationid: `command-${n}`, number: n + 2, afterrefusal: before })
        before = id
        return { ...lineAt(seen.ledger, at), value }
      })
      seen.ledger.splice(at + 1, 0, ...more)
    },
  ],
  [
    'engine-done',
    'a request that was never assessed',
    seen => {
      const { subject } = factAt(seen, first(seen, 'RequestOpened'))
      seen.ledger = seen.ledger.filter(({ value }) => JSON.parse(value).subject !== subject || JSON.parse(value).sequence === 1)
    },
  ],
  [
    'duplicate-stands',
    'a duplicate of nothing',
    inFirst('DuplicateDetected', fact => {
      fact.data.standingRequestId = fact.id
    }),
  ],
  [
    'one-open-per-payment',
    'two open requests for one payment',
    seen => {
      const { subject } = factAt(
        seen,
        first(seen, 'ActionProposed', fact => isLast(seen, fact)),
      )
      const own = seen.ledger.filter(({ value }) => JSON.parse(value).subject === subject)
      seen.ledger.push(...own.map(line => ({ ...line, value: line.value.replaceAll(subject, subject.replace(/^./, 'z')) })))
      relink(seen, subject.replace(/^./, 'z'))
    },
  ],
  [
    'child-opened',
    'an agreed child that is missing',
    seen => {
      const { subject } = factAt(
        seen,
        first(seen, 'RequestOpened', fact => fact.actor.startsWith('holdfast/')),
      )
      seen.ledger = seen.ledger.filter(({ value }) => JSON.parse(value).subject !== subject)
    },
  ],
  [
    'child-opened',
    'a child of another hop',
    inFirst(
      'RequestOpened',
      fact => {
        fact.data.request.parent.hop += 1
      },
      fact => fact.actor.startsWith('holdfast/'),
    ),
  ],
  [
    'order-answered',
    'an answer to an order that was never sent',
    inFirst('FreezeReported', fact => {
      fact.orderid = fact.id
    }),
  ],
]
