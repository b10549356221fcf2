import { same } from '../canonical.ts'
import { consequenceId } from '../ids.ts'
import { countryOf } from '../ledger/records.ts'
import type { CheckedFact } from '../state/step.ts'
import { firsts, type Invariants, type Report, type Sent, type SentEvent, type World } from '../world.ts'

export const ofNotifications: Invariants = {
  'notification-caused':
    'Each notification of a request has a cause: a fact or refusal that counts. Its id follows from the cause, once per category.',
  'notification-same': 'A repeated notification is byte for byte the same and goes to the same country.',
  'notification-said':
    'A notification is for a party of the request, reaches the country that it names, and has the ledger’s phase, number and outcome.',
  'notification-sent': 'In a finished run each step has its notification, each end its outcome, and each task for a person its alert.',
}

/** The requester is notified of these; it has a receipt for the opening, and knows what it provided. */
const progress: ReadonlySet<string> = new Set(
  [
    'RequestVerified ReviewRequested InformationRequested RequestRejected DuplicateDetected FreezeReported NoFundsReported NotFoundReported',
    'MovedOnwardReported OnwardFollowed OnwardDeclined InterimReported AnswerCorrected FreezeConfirmed FreezeExtended ReturnInitiated ReturnReported',
    'RequestWithdrawn FreezeReleased ClosedUnrecovered RequestReopened HoldExpired ChallengeLodged ChallengeDecided',
  ].flatMap(kinds => kinds.split(' ')),
)
const alerting: ReadonlySet<string> = new Set([
  'DeadlineReached',
  'HoldExpired',
  'OrderUndelivered',
  'ActionProposed',
  'MovedOnwardReported',
  'ChallengeLodged',
  'ChallengeDecided',
])
/** Each of these causes an alert. */
const alwaysAlerting: ReadonlySet<string> = new Set([
  'DeadlineReached',
  'HoldExpired',
  'OrderUndelivered',
  'ActionProposed',
  'ChallengeLodged',
  'ChallengeDecided',
])

/** Sent by an endpoint about a submission: they have no cause in the ledger. */
const endpointKinds: ReadonlySet<unknown> = new Set(['received', 'refusedAtIngress', 'answer'])
/** One fact causes at most one notification of each category. */
const places = { progress: 0, outcome: 1, alertToRequester: 2, alertToBeneficiary: 3 } as const

/** Alerts about the erasure of a parked request: what may cause them, and their indexes for requester and beneficiary. */
const ofParkedErasure: Readonly<Record<string, { readonly kinds: readonly string[]; readonly places: readonly [number, number] }>> = {
  erasedWhileParked: { kinds: ['ErasureOrdered'], places: [4, 5] },
  erasureWaits: { kinds: ['RequestOpened', 'RequestCorrected'], places: [6, 7] },
}

/** Reports the opening by its receipt: by Kafka there is no other. */
const sameOf = ({ data }: SentEvent): string => (data.kind === 'received' ? 'receipt-same' : 'notification-same')

export function checkNotifications(world: World, report: Report): Sent {
  const { first, repeats } = firsts(world.notifications, sameOf, report)
  for (const notification of first.values())
    if (notification.data.country !== notification.country)
      report('notification-said', notification.subject, `notification ${notification.id} came to ${notification.country}`)
  for (const notification of first.values()) if (!endpointKinds.has(notification.data.kind)) checkNotification(world, notification, report)
  const told = toldOf(first.values())
  const due = [...dueOfFacts(world), ...dueOfRefusals(world)]
  const missing = due.filter(({ isSent }) => !isSent(told))
  if (world.observations.isFinished) for (const { requestId, message } of missing) report('notification-sent', requestId, message)
  return { repeats, due: due.length, missing: missing.length }
}

function checkNotification({ facts, refusals, underived }: World, notification: SentEvent, report: Report): void {
  const { causationid = '', id, data, subject, country } = notification
  const step = facts.get(causationid)
  const refused = refusals.get(causationid)?.refusal
  const cause = step?.fact ?? refused
  if (!cause) {
    if (!underived.has(causationid))
      report('notification-caused', subject, `notification ${id} follows from ${causationid}, which does not count`)
    return
  }
  const kind = data.kind
  const isRequester = country === cause.requestingcountry
  const isBeneficiary = country === cause.beneficiarycountry
  if (!isRequester && !isBeneficiary)
    report('notification-said', subject, `notification ${id} is for ${country}, which is no party of the request`)
  const [toRequester, toBeneficiary] = ofParkedErasure[String(data.code)]?.places ?? [places.alertToRequester, places.alertToBeneficiary]
  const place = kind === 'alert' ? (isBeneficiary ? toBeneficiary : toRequester) : kind === 'outcome' ? places.outcome : places.progress
  if (id !== consequenceId('notification', cause.subject, cause.id, place) || subject !== cause.subject)
    report('notification-caused', subject, `notification ${id} does not have the id that follows from its cause`)
  const sequence = step?.fact.sequence ?? refused?.aftersequence
  if (data.phase !== cause.phase || data.sequence !== sequence || data.requestId !== cause.subject)
    report(
      'notification-said',
      subject,
      `notification ${id} says phase ${data.phase} and number ${data.sequence}, the ledger ${cause.phase} and ${sequence}`,
    )
  if (step) checkOfFact(step, notification, report)
}

function checkOfFact({ fact, kind, outcome }: CheckedFact, { id, subject, data, country }: SentEvent, report: Report): void {
  if (data.fact !== kind) report('notification-said', subject, `notification ${id} names ${data.fact}, and its cause is ${kind}`)
  if (data.kind === 'outcome') {
    if (!outcome)
      report('notification-caused', subject, `notification ${id} has an outcome, and fact ${fact.sequence}, ${kind}, ended no request`)
    else if (!same(outcome, data.outcome)) report('notification-said', subject, `notification ${id} has another outcome than the ledger`)
    if (country !== fact.requestingcountry) report('notification-said', subject, `notification ${id} sends an outcome to ${country}`)
  } else if (
    data.kind === 'progress' ? !progress.has(kind) : !(ofParkedErasure[String(data.code)]?.kinds.includes(kind) ?? alerting.has(kind))
  )
    report(
      'notification-caused',
      subject,
      `notification ${id} is ${data.kind} of fact ${fact.sequence}, ${kind}, which causes no notification`,
    )
}

/** The notifications sent because of each cause: `CAUSE progress`, `CAUSE alert` … */
const toldOf = (notifications: Iterable<SentEvent>): ReadonlySet<string> =>
  new Set(
    Array.from(notifications, ({ causationid, country, data }) => `${causationid} ${data.kind} ${data.kind === 'alert' ? country : ''}`),
  )

/** A notification that a fact or refusal requires. */
interface Due {
  readonly requestId: string
  isSent(told: ReadonlySet<string>): boolean
  /** What to report if it was never sent. */
  readonly message: string
}

function dueOfFacts({ derived }: World): readonly Due[] {
  const due: Due[] = []
  for (const { steps } of derived.values())
    for (const { fact, kind, outcome } of steps) {
      const add = (isSent: Due['isSent'], lacks: string) =>
        due.push({ requestId: fact.subject, isSent, message: `fact ${fact.sequence}, ${kind}, ${lacks}` })
      if (progress.has(kind)) add(told => told.has(`${fact.id} progress `), 'has no notification')
      if (outcome) add(told => told.has(`${fact.id} outcome `), 'ended the request and has no outcome')
      if (alwaysAlerting.has(kind))
        add(
          told => [fact.requestingcountry, fact.beneficiarycountry].some(country => told.has(`${fact.id} alert ${country}`)),
          'has no alert',
        )
    }
  return due
}

/** The sender is notified of each refusal; both countries are notified of an answer after the end. */
const dueOfRefusals = ({ refusals }: World): readonly Due[] =>
  Array.from(refusals.values(), ({ refusal }) => {
    const { id, subject, requestingcountry, beneficiarycountry } = refusal
    const wanted = refusal.data.late ? [`alert ${requestingcountry}`, `alert ${beneficiarycountry}`] : ['progress ']
    return {
      requestId: subject,
      isSent: told => wanted.every(each => told.has(`${id} ${each}`)),
      message: `refusal ${refusal.number}, of ${countryOf(refusal.actor)}, has no notification`,
    }
  })
