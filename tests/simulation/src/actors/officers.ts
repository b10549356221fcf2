import type { CommandKind, PaymentStopView } from '@holdfast/payment-stop/language'
import type { Chance } from '../chance/chance.ts'
import type { Sometimes } from '../judging/sometimes.ts'
import type { Desk, Given, Person } from './desk-people.ts'
import { pause } from './endpoint.ts'

export interface OfficersOptions {
  readonly chance: Chance
  readonly desk: Desk
  /** Requests that they know about. */
  readonly known: () => readonly string[]
  /** Once true, they close what is open. */
  readonly isClosing: () => boolean
  /** The engine has commands of the next version. */
  readonly isNext: () => boolean
  /** A service of the previous version is running, which does not know the facts of those commands. */
  readonly isBack: () => boolean
  /** Two officers can order the erasure of a closed request. */
  readonly hasErasures: boolean
  readonly sometimes: Sometimes
}

const hasEnded = ({ phase }: PaymentStopView): boolean => phase === 'recovered' || phase === 'closed'
const isIn = ({ states }: PaymentStopView, state: string): boolean => states.some(each => each.startsWith(state))
const order = { authority: 'District Court of Dili', date: '2026-03-02' } as const

/**
 * Officers and authorities of both countries. Each reads the requests and gives possible commands, mostly the right
 * ones.
 */
export function startOfficers({ chance, desk, known, isClosing, isNext, isBack, hasErasures, sometimes }: OfficersOptions): void {
  const ended = new Set<string>()
  let references = 0

  async function work(by: Person, act: (view: PaymentStopView) => Promise<void> | undefined): Promise<void> {
    while (true) {
      await pause(isBack() ? chance.between(100, 500) : isClosing() || isNext() ? chance.between(300, 1_500) : chance.between(500, 5_000))
      const open = known().filter(id => !ended.has(id))
      if (open.length === 0) continue
      const requestId = chance.pick(open)
      const view = await desk.look(by, requestId)
      if (!view) continue
      if (!hasEnded(view)) await act(view)
      else {
        ended.add(requestId)
        // Others wait for the commands of these two.
        if (hasErasures && chance.happens(0.5)) void erase(view)
      }
    }
  }

  /**
   * Two officers give the same command, in sequence or in parallel. `atMs` is when the second does, where that matters.
   */
  async function inTwos(
    side: `${string}/${string}`,
    { requestId }: PaymentStopView,
    command: CommandKind,
    data: object,
    atMs?: number,
  ): Promise<void> {
    const isRace = chance.happens(0.5)
    const first = desk.give(`${side}/a`, requestId, command, data)
    if (!isRace || atMs !== undefined) await first
    if (atMs !== undefined) await pause(Math.max(0, atMs - Date.now()))
    else if (!isRace) await pause(chance.between(0, 4_000))
    const second = desk.give(`${side}/b`, requestId, command, data)
    const [one, other] = await Promise.all([first, second])
    if (isRace && haveRaced(one, other)) sometimes.reached('race')
    if (atMs !== undefined && other.status !== 'unknown' && Math.abs(other.sentMs - atMs) < 100) sometimes.reached('atDeadline')
  }

  const erase = (view: PaymentStopView): Promise<void> =>
    inTwos(chance.happens(0.5) ? 'SG/officer' : 'TL/authority', view, 'OrderErasure', { ...order, reference: reference() })

  const reference = () => `REF-${++references}`

  /** The hold that ends first: to be confirmed at its end, or in time. */
  function confirm(view: PaymentStopView): Promise<void> {
    const end = view.deadlines.find(({ kind }) => kind === 'holdExpiry')?.dueAt
    const isAimed = end !== undefined && chance.happens(0.6)
    // An owner checks deadlines each second.
    const atMs = isAimed ? Date.parse(end) + chance.between(-30, 1_100) : undefined
    const data = { ...order, reference: reference() }
    return chance.happens(0.7) || !isIn(view, 'frozen.mandate.confirmed')
      ? inTwos('TL/authority', view, 'ConfirmFreeze', { ...data, instrument: 'COURT_ORDER' }, atMs)
      : inTwos('TL/authority', view, 'ExtendFreeze', { ...data, basis: 'COURT' }, atMs)
  }

  const give = async (by: Person, { requestId }: PaymentStopView, command: CommandKind | string, data: object): Promise<void> =>
    void (await desk.give(by, requestId, command, data))

  async function verify(view: PaymentStopView): Promise<void> {
    await give('TL/officer/a', view, 'ProposeVerification', {})
    await Promise.all((['b', 'c'] as const).map(person => give(`TL/officer/${person}`, view, 'ApproveVerification', {})))
  }

  const share = (by: Person, view: PaymentStopView) =>
    give(by, view, 'ShareRequest', { with: { country: 'MY', unit: 'antiScamCentre' }, extent: 'history', purpose: 'The same accounts' })

  function officerOfRequester(view: PaymentStopView): Promise<void> | undefined {
    const by = 'SG/officer/a'
    const reason = { reason: 'The victim was paid back' }
    if (isClosing() || chance.happens(0.03))
      return isIn(view, 'frozen') ? inTwos('SG/officer', view, 'Withdraw', reason) : give(by, view, 'Withdraw', reason)
    if (isIn(view, 'received.awaitingInformation') || isIn(view, 'verified.awaitingInformation'))
      return give(by, view, 'ProvideInformation', { note: 'The second one, of 11:20' })
    if (isBack() && isIn(view, 'verified')) return give(by, view, 'Recall', reason)
    if (isNext() && chance.happens(0.5))
      return isIn(view, 'verified') && chance.happens(0.2)
        ? give(by, view, 'Recall', reason)
        : give(by, view, 'TakeNote', { note: `Seen ${reference()}` })
    return chance.happens(0.03) ? share(by, view) : undefined
  }

  function officerOfBeneficiary(view: PaymentStopView): Promise<void> | undefined {
    const by = 'TL/officer/a'
    const drawn = chance.next()
    if (drawn < 0.05) return give(by, view, 'AskInformation', { question: 'Which of the two payments is meant?' })
    if (drawn < 0.08) return give(by, view, 'Reject', { code: 'LEGL', text: 'A court has ruled on this payment already' })
    if (drawn < 0.1) return share(by, view)
    return isIn(view, 'received.awaitingReview') ? verify(view) : undefined
  }

  function authority(view: PaymentStopView): Promise<void> | undefined {
    if (!isIn(view, 'frozen')) return undefined
    const drawn = chance.next()
    const data = { ...order, reference: reference() }
    if (isClosing() || drawn < 0.05)
      return inTwos('TL/authority', view, 'Release', { reason: 'COURT_ORDER', authority: order.authority, reference: data.reference })
    if (drawn < 0.08)
      return inTwos('TL/authority', view, 'CloseUnrecovered', {
        reason: 'FORFEITED',
        authority: order.authority,
        reference: data.reference,
      })
    return drawn < 0.5 ? confirm(view) : undefined
  }

  void work('SG/officer/a', officerOfRequester)
  void work('TL/officer/a', officerOfBeneficiary)
  void work('TL/authority/a', authority)
}

/** Each command was sent before the other was answered: the ledger made one the proposal and one the approval. */
const haveRaced = (one: Given, other: Given): boolean =>
  one.sentMs < other.endedMs && other.sentMs < one.endedMs && [one.outcome, other.outcome].sort().join() === 'applied,proposed'
