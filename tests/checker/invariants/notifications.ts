import { same } from '../canonical.ts'
import type { CheckedFact } from '../fold/step.ts'
import { consequenceId } from '../ids.ts'
import { countryOf } from '../ledger/records.ts'
import { firsts, type Invariants, type Report, type Sent, type SentEvent, type World } from '../world.ts'

export const ofNotifications: Invariants = {
  'notice-caused':
    'Each notice of a request has a cause: a fact or a refusal that counts. Its id follows from that, and one place has one notice.',
  'notice-same': 'The same notice again is the same, byte for byte, and at the same country.',
  'notice-said':
    'A notice is for a party of the request, comes to the country that it names, and says phase, number and outcome as the ledger has them.',
  'notice-sent': 'In a finished run each step that is told has its notice, each end its outcome, and what waits for a person its alert.',
}

/** The requester is told of these; of the opening it has a receipt, and what it provided it knows. */
const progress: ReadonlySet<string> = new Set(
  [
    'RequestVerified ReviewRequested InformationRequested RequestRejected DuplicateDetected FreezeReported NoFundsReported NotFoundReported',
    'MovedOnwardReported OnwardFollowed OnwardDeclined InterimReported AnswerCorrected FreezeConfirmed FreezeExtended ReturnInitiated ReturnReported',
    'RequestWithdrawn FreezeReleased ClosedUnrecovered RequestReopened HoldExpired',
  ].flatMap(kinds => kinds.split(' ')),
)
const alerting: ReadonlySet<string> = new Set([
  'DeadlineReached',
  'HoldExpired',
  'OrderUndelivered',
  'ActionProposed',
  'MovedOnwardReported',
])
/** Of these somebody is alerted each time. */
const alwaysAlerting: ReadonlySet<string> = new Set(['DeadlineReached', 'HoldExpired', 'OrderUndelivered', 'ActionProposed'])

/** Told at a door, of what was sent there: they have no cause in the ledger. */
const ofTheDoors: ReadonlySet<unknown> = new Set(['received', 'refusedAtDoor', 'answer'])
/** One fact makes at most one notice in each of these places. */
const places = { progress: 0, outcome: 1, alertToRequester: 2, alertToBeneficiary: 3 } as const

/** What says that a request has come in is its receipt: by Kafka there is no other. */
const sameOf = ({ data }: SentEvent): string => (data.kind === 'received' ? 'receipt-same' : 'notice-same')

export function checkNotifications(world: World, report: Report): Sent {
  const { first, repeats } = firsts(world.notices, sameOf, report)
  for (const notice of first.values())
    if (notice.data.country !== notice.country) report('notice-said', notice.subject, `notice ${notice.id} came to ${notice.country}`)
  for (const notice of first.values()) if (!ofTheDoors.has(notice.data.kind)) checkNotice(world, notice, report)
  const told = toldOf(first.values())
  const due = [...dueOfFacts(world), ...dueOfRefusals(world)]
  const missing = due.filter(({ isSent }) => !isSent(told))
  if (world.observations.isFinished) for (const { requestId, message } of missing) report('notice-sent', requestId, message)
  return { repeats, due: due.length, missing: missing.length }
}

function checkNotice({ facts, refusals, unfolded }: World, notice: SentEvent, report: Report): void {
  const { causationid = '', id, data, subject, country } = notice
  const step = facts.get(causationid)
  const refused = refusals.get(causationid)?.refusal
  const cause = step?.fact ?? refused
  if (!cause) {
    if (!unfolded.has(causationid)) report('notice-caused', subject, `notice ${id} follows from ${causationid}, which does not count`)
    return
  }
  const kind = data.kind
  const isRequester = country === cause.requestingcountry
  const isBeneficiary = country === cause.beneficiarycountry
  if (!isRequester && !isBeneficiary) report('notice-said', subject, `notice ${id} is for ${country}, which has no part in the request`)
  const place =
    kind === 'alert'
      ? isBeneficiary
        ? places.alertToBeneficiary
        : places.alertToRequester
      : kind === 'outcome'
        ? places.outcome
        : places.progress
  if (id !== consequenceId('notice', cause.subject, cause.id, place) || subject !== cause.subject)
    report('notice-caused', subject, `notice ${id} has not the id that follows from its cause`)
  const sequence = step?.fact.sequence ?? refused?.aftersequence
  if (data.phase !== cause.phase || data.sequence !== sequence || data.requestId !== cause.subject)
    report(
      'notice-said',
      subject,
      `notice ${id} says phase ${data.phase} and number ${data.sequence}, the ledger ${cause.phase} and ${sequence}`,
    )
  if (step) checkOfFact(step, notice, report)
}

function checkOfFact({ fact, kind, outcome }: CheckedFact, { id, subject, data, country }: SentEvent, report: Report): void {
  if (data.fact !== kind) report('notice-said', subject, `notice ${id} names ${data.fact}, and its cause is ${kind}`)
  if (data.kind === 'outcome') {
    if (!outcome) report('notice-caused', subject, `notice ${id} tells an outcome, and fact ${fact.sequence}, ${kind}, ended nothing`)
    else if (!same(outcome, data.outcome)) report('notice-said', subject, `notice ${id} tells another outcome than the ledger has`)
    if (country !== fact.requestingcountry) report('notice-said', subject, `notice ${id} tells an outcome to ${country}`)
  } else if (data.kind === 'progress' ? !progress.has(kind) : !alerting.has(kind))
    report('notice-caused', subject, `notice ${id} is ${data.kind} of fact ${fact.sequence}, ${kind}, of which nobody is told`)
}

/** What was told because of each cause: `CAUSE progress`, `CAUSE alert` … */
const toldOf = (notices: Iterable<SentEvent>): ReadonlySet<string> =>
  new Set(Array.from(notices, ({ causationid, country, data }) => `${causationid} ${data.kind} ${data.kind === 'alert' ? country : ''}`))

/** A notification that a fact or refusal makes necessary. */
interface Due {
  readonly requestId: string
  isSent(told: ReadonlySet<string>): boolean
  /** What to report if it was never sent. */
  readonly message: string
}

function dueOfFacts({ folded }: World): readonly Due[] {
  const due: Due[] = []
  for (const { steps } of folded.values())
    for (const { fact, kind, outcome } of steps) {
      const add = (isSent: Due['isSent'], lacks: string) =>
        due.push({ requestId: fact.subject, isSent, message: `fact ${fact.sequence}, ${kind}, has ${lacks}` })
      if (progress.has(kind)) add(told => told.has(`${fact.id} progress `), 'no notice')
      if (outcome) add(told => told.has(`${fact.id} outcome `), 'ended the request and has no outcome')
      if (alwaysAlerting.has(kind))
        add(
          told => [fact.requestingcountry, fact.beneficiarycountry].some(country => told.has(`${fact.id} alert ${country}`)),
          'alerted nobody',
        )
    }
  return due
}

/** The sender hears of each refusal; of an answer that came after the end, both countries do. */
const dueOfRefusals = ({ refusals }: World): readonly Due[] =>
  Array.from(refusals.values(), ({ refusal }) => {
    const { id, subject, requestingcountry, beneficiarycountry } = refusal
    const wanted = refusal.data.late ? [`alert ${requestingcountry}`, `alert ${beneficiarycountry}`] : ['progress ']
    return {
      requestId: subject,
      isSent: told => wanted.every(each => told.has(`${id} ${each}`)),
      message: `refusal ${refusal.number}, of ${countryOf(refusal.actor)}, was not told`,
    }
  })
