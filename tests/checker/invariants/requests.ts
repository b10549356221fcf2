import { canonical, same } from '../canonical.ts'
import type { Step } from '../fold/step.ts'
import { countryOf, isEngine } from '../ledger/records.ts'
import type { SentRequest } from '../observations.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofRequests: Invariants = {
  'request-kept':
    'An accepted request is in the ledger under the id of its receipt, with the document that was sent and by the country that sent it.',
  'request-once':
    'A country’s key with its words is one request: no more are opened with the same words than keys were sent with them and not refused.',
  'request-sent': 'Every request that is opened was sent by somebody, or is a child that a fact of its parent agreed to.',
  'receipt-same':
    'A receipt says what was sent, and is the same for each repeat; only the instant may differ where an earlier attempt got no answer.',
  'child-opened': 'A child names its parent and hop as they were agreed to; in a finished run each that was agreed to is open.',
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
  /** How often these words of a country may have been opened. */
  const mayBeOpen = new Map<string, Set<string>>()
  let hasMessages = false
  for (const sent of world.observations.requests) {
    const isText = typeof sent.document === 'string'
    hasMessages ||= isText
    if (!isText && sent.attempts.some(({ outcome }) => outcome !== 'refused')) {
      const words = wordsOf(sent.by, sent.document)
      mayBeOpen.set(words, (mayBeOpen.get(words) ?? new Set()).add(sent.key))
    }
    checkReceipts(world, sent, sentAs, report)
  }
  const children = agreedChildren(world)
  for (const { steps } of world.folded.values()) {
    const [first] = steps
    if (!first) continue
    const { fact } = first
    if (isEngine(fact.actor)) checkChild(first, children.get(fact.subject), report)
    else if (!sentAs.has(fact.subject)) {
      const left = mayBeOpen.get(wordsOf(fact.actor, fact.data.request))
      if (!left && !hasMessages) report('request-sent', fact.subject, `nobody of ${countryOf(fact.actor)} sent what opened it`)
    }
  }
  countOpened(world, mayBeOpen, report)
  if (!world.observations.isFinished) return
  for (const [id, { parent }] of children) if (!world.folded.has(id)) report('child-opened', parent, `its child ${id} is not open`)
}

const wordsOf = (by: string, document: unknown): string => `${countryOf(by)} ${canonical(document)}`

function countOpened({ folded }: World, mayBeOpen: ReadonlyMap<string, ReadonlySet<string>>, report: Report): void {
  const opened = new Map<string, number>()
  for (const { steps, history } of folded.values()) {
    const [first] = steps
    if (!first || isEngine(first.fact.actor)) continue
    const words = wordsOf(first.fact.actor, first.fact.data.request)
    const count = (opened.get(words) ?? 0) + 1
    opened.set(words, count)
    const keys = mayBeOpen.get(words)?.size
    if (keys !== undefined && count > keys)
      report('request-once', history.requestId, `its words were opened ${count} times, and sent under ${keys} key(s)`)
  }
}

function checkReceipts({ folded }: World, sent: SentRequest, sentAs: Map<string, SentRequest>, report: Report): void {
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
  checkKept(known.requestId, known, sent, folded.get(known.requestId)?.steps[0], report)
}

function checkKept(requestId: string, receipt: Receipt, sent: SentRequest, first: Step | undefined, report: Report): void {
  if (!first)
    return void report('request-kept', requestId, `${sent.by} has a receipt for key ${sent.key}, and the ledger has no such request`)
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
function agreedChildren({ folded }: World): Map<string, Agreed> {
  const children = new Map<string, Agreed>()
  for (const { steps, history } of folded.values())
    for (const { fact } of steps) {
      const { child } = fact.data
      if (child) children.set(child.requestId, { parent: history.requestId, hop: child.hop })
    }
  return children
}

function checkChild({ fact, document }: Step, agreed: Agreed | undefined, report: Report): void {
  if (!agreed) return void report('request-sent', fact.subject, `${fact.actor} opened it, and no fact agreed to such a child`)
  if (document.parent?.requestId !== agreed.parent || document.parent.hop !== agreed.hop)
    report(
      'child-opened',
      fact.subject,
      `follows ${document.parent?.requestId}, hop ${document.parent?.hop}, and was agreed to as a child of ${agreed.parent}`,
    )
}
