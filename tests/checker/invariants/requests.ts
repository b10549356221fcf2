import { canonical, same } from '../canonical.ts'
import { countryOf, isEngine } from '../ledger/records.ts'
import type { SentRequest } from '../observations.ts'
import type { CheckedFact } from '../state/step.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofRequests: Invariants = {
  'request-kept': 'An accepted request is in the ledger under the id of its receipt, with the document and country of its sender.',
  'request-once':
    'A country’s key with its document is one request: a document opens no more requests than it had keys that were not refused.',
  'request-sent': 'Every opened request was sent by a member, or is a child that a fact of its parent agreed to.',
  'receipt-same':
    'A receipt (by Kafka a notification) matches what was sent and is the same for each repeat. Only the instant can differ, after an unanswered attempt.',
  'child-opened': 'A child names its agreed parent and hop. In a finished run each agreed child is open.',
}

interface Receipt {
  readonly requestId?: string
  readonly requestingCountry?: string
  readonly beneficiaryCountry?: string
  readonly caseReference?: string
  readonly receivedAt?: string
}

export function checkRequests(world: World, report: Report): void {
  const sentAs = new Map<string, SentRequest>()
  for (const sent of world.observations.requests) checkReceipts(world, sent, sentAs, report)
  const children = agreedChildren(world)
  const unexplained: CheckedFact[] = []
  for (const { steps } of world.derived.values()) {
    const [first] = steps
    if (!first) continue
    if (isEngine(first.fact.actor)) checkChild(first, children.get(first.fact.subject), report)
    else if (!sentAs.has(first.fact.subject)) unexplained.push(first)
  }
  if (unexplained.length > 0) checkUnexplained(world, unexplained, sentAs, report)
  if (!world.observations.isFinished) return
  for (const [id, { parent }] of children) if (!world.derived.has(id)) report('child-opened', parent, `its child ${id} is not open`)
}

const wordsOf = (by: string, document: unknown): string => `${countryOf(by)} ${canonical(document)}`

/** Explains an opened request without a receipt: a member sent the document and got no answer. Once for each key. */
function checkUnexplained(
  { observations }: World,
  unexplained: readonly CheckedFact[],
  sentAs: ReadonlyMap<string, SentRequest>,
  report: Report,
): void {
  const answered = new Set(sentAs.values())
  const notRefused = observations.requests.filter(({ attempts }) => attempts.some(({ outcome }) => outcome !== 'refused'))
  const keys = new Map<string, Set<string>>()
  for (const sent of notRefused) {
    const words = wordsOf(sent.by, sent.document)
    const known = keys.get(words) ?? new Set()
    keys.set(words, answered.has(sent) ? known : known.add(sent.key))
  }
  const opened = new Map<string, number>()
  for (const { fact } of unexplained) {
    const words = wordsOf(fact.actor, fact.data.request)
    const count = (opened.get(words) ?? 0) + 1
    opened.set(words, count)
    const allowed = keys.get(words)?.size
    // The content of an ISO 20022 message is not known here.
    if (allowed === undefined && notRefused.some(({ document }) => typeof document === 'string')) continue
    if (allowed === undefined) report('request-sent', fact.subject, `no member of ${countryOf(fact.actor)} sent its document`)
    else if (count > allowed)
      report('request-once', fact.subject, 'is opened in addition to another with its document, without a further key')
  }
}

function checkReceipts({ derived }: World, sent: SentRequest, sentAs: Map<string, SentRequest>, report: Report): void {
  let known: Receipt | undefined
  let hasNoAnswer = false
  for (const { outcome, body } of sent.attempts) {
    if (outcome === 'unknown') hasNoAnswer = true
    const receipt = body as Receipt | undefined
    if (outcome !== 'accepted' || receipt?.requestId === undefined) continue
    const { receivedAt: _at, ...told } = receipt
    const { receivedAt: _first, ...before } = known ?? receipt
    if (!same(told, before) || (!hasNoAnswer && known && receipt.receivedAt !== known.receivedAt))
      report('receipt-same', receipt.requestId, `two receipts for key ${sent.key} of ${sent.by} differ`)
    known ??= receipt
  }
  if (known?.requestId === undefined) return
  const other = sentAs.get(known.requestId)
  if (other && (countryOf(other.by) !== countryOf(sent.by) || other.key !== sent.key || !same(other.document, sent.document)))
    report('request-once', known.requestId, `${sent.by} got under key ${sent.key} the request that ${other.by} has under key ${other.key}`)
  sentAs.set(known.requestId, sent)
  checkKept(known.requestId, known, sent, derived.get(known.requestId)?.steps[0], report)
}

function checkKept(requestId: string, receipt: Receipt, sent: SentRequest, first: CheckedFact | undefined, report: Report): void {
  if (!first)
    return void report('request-kept', requestId, `${sent.by} has a receipt for key ${sent.key}, and the ledger does not have the request`)
  const { fact, document } = first
  if (countryOf(fact.actor) !== countryOf(sent.by)) report('request-kept', requestId, `${sent.by} sent it and ${fact.actor} opened it`)
  if (typeof sent.document !== 'string' && !same(sent.document, document))
    report('request-kept', requestId, `the ledger has another document than ${sent.by} sent under key ${sent.key}`)
  for (const name of ['caseReference', 'requestingCountry', 'beneficiaryCountry'] as const)
    if (receipt[name] !== document[name]) report('receipt-same', requestId, `the receipt says ${receipt[name]} as ${name}`)
}

interface Agreed {
  readonly parent: string
  readonly hop: number
}

/** Children that the requester has agreed to, by a fact of the parent. */
function agreedChildren({ derived }: World): Map<string, Agreed> {
  const children = new Map<string, Agreed>()
  for (const { steps, history } of derived.values())
    for (const { fact } of steps) {
      const { child } = fact.data
      if (child) children.set(child.requestId, { parent: history.requestId, hop: child.hop })
    }
  return children
}

function checkChild({ fact, document }: CheckedFact, agreed: Agreed | undefined, report: Report): void {
  if (!agreed) return void report('request-sent', fact.subject, `${fact.actor} opened it, and no fact agreed to such a child`)
  if (document.parent?.requestId !== agreed.parent || document.parent.hop !== agreed.hop)
    report(
      'child-opened',
      fact.subject,
      `follows ${document.parent?.requestId}, hop ${document.parent?.hop}, and was agreed to as a child of ${agreed.parent}`,
    )
}
