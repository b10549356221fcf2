import {
  type Fact,
  type FactKind,
  type FreezeRequest,
  factKindOf,
  type Notification,
  notificationSchema,
} from '@holdfast/payment-stop/language'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret, createEngineSigner, type EngineSigner } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import { type History, historyOf, usd, verified } from '../../test/history.ts'
import { notificationsFor, notificationsOfRefusal } from '../../test/of-payment-stops.ts'

const document = buildRequest({ payment: { amount: usd('1000.00') } })
const onward = {
  rail: 'SWIFT',
  uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: '77001' } },
  creditorAgent: { bic: 'CREKAEAD' },
} as const

type Step = History['steps'][number]
type Refused = History['refusals'][number]
type NotificationContent = Extract<Notification['data'], { kind: 'progress' | 'alert' | 'outcome' }>

const engineSigner = createEngineSigner(createEngineSecret(Buffer.alloc(32, 5)))
/** The documents that were signed. */
const signed: Notification[] = []
const signer: EngineSigner = {
  ...engineSigner,
  sign(event) {
    signed.push(event as Notification)
    return engineSigner.sign(event)
  },
}
const notificationsMadeBy = (step: Step | Refused) =>
  'refused' in step ? notificationsOfRefusal(signer, step) : notificationsFor(signer, step)
function contentsOf(step: Step | Refused | undefined): NotificationContent[] {
  signed.length = 0
  if (step) notificationsMadeBy(step)
  return signed.map(({ data }) => data as NotificationContent)
}
const shownBy = (step: Step | Refused | undefined) => contentsOf(step).map(({ kind, country }) => `${kind} ${country}`)
const outcomesOf = (history: History) =>
  history.steps.flatMap(contentsOf).flatMap(content => (content.kind === 'outcome' ? [content.outcome] : []))

/** Requests whose histories have every fact that a history can contain. */
function everything(): History[] {
  const [first, second, third] = ['A', 'B', 'C'].map(caseReference => ({ ...document, caseReference })) as [
    FreezeRequest,
    FreezeRequest,
    FreezeRequest,
  ]
  const partly = verified(first)
  partly.give('ReportInterim', { reason: 'S000', note: 'private words' })
  partly.give('AskInformation', { question: 'private words' })
  partly.give('ProvideInformation', { note: 'private words' })
  partly.give('ReportFreeze', { amount: usd('500.00'), basis: 'FIU_SUSPENSION' })
  const { sequence: report } = partly.give('ReportMovedOnward', { amount: usd('400.00'), country: 'AE', onward }).fact
  partly.give('ReportMovedOnward', { amount: usd('50.00'), country: 'SG', onward })
  partly.give('DeclineOnward', { report, reason: 'private words' })
  partly.give('FollowOnward', { report, note: 'private words' })
  partly.give('ExtendFreeze', { basis: 'COURT', authority: 'A court', reference: 'R', date: '2024-07-24' })
  partly.give('ConfirmFreeze', { instrument: 'COURT_ORDER', authority: 'A court', reference: 'R', date: '2024-07-24' })
  partly.give('CloseUnrecovered', { reason: 'FORFEITED', authority: 'A court', reference: 'R' })
  partly.refuse('ReportReturn', { amount: usd('1.00'), reference: 'P4' })
  partly.give('Reopen', { reason: 'private words', request: first })
  partly.give('PassAssessment', { findings: [] })
  partly.give('Withdraw', { reason: 'private words' })
  const released = verified(second, '10.00')
  released.give('Release', { reason: 'COURT_ORDER', note: 'private words' })
  const questioned = historyOf(third)
  questioned.give('DeadlinePassed', deadlineOf(questioned, 'verify'), { at: deadlineOf(questioned, 'verify').dueAt })
  questioned.give('Reject', { code: 'NARR', text: 'private words' })
  return [partly, released, questioned]
}

function deadlineOf(history: History, kind: string) {
  const deadline = history.state().summary.resultingState.deadlines.find(armed => armed.kind === kind)
  if (!deadline) throw new Error(`no ${kind} is armed`)
  return deadline
}

test('a restricted country gets no notification, and its requester gets them all', () => {
  const tells = (deniedTo: string[]) => {
    const history = historyOf({ ...document, handling: { ...document.handling, deniedTo } })
    const deadline = deadlineOf(history, 'verifyHard')
    return shownBy(history.give('DeadlinePassed', deadline, { at: deadline.dueAt }))
  }
  expect([tells([]), tells(['TL'])]).toEqual([['alert SG', 'alert TL'], ['alert SG']])
})

describe('the requesting country is notified of progress', () => {
  test.each<[FactKind, (history: History) => unknown]>([
    ['MovedOnwardReported', history => history.give('ReportMovedOnward', { amount: usd('1.00'), country: 'AE', onward })],
    [
      'OnwardFollowed',
      history => {
        history.give('ReportMovedOnward', { amount: usd('1.00'), country: 'AE', onward })
        history.give('FollowOnward', { report: 4 })
      },
    ],
    [
      'OnwardDeclined',
      history => {
        history.give('ReportMovedOnward', { amount: usd('1.00'), country: 'AE', onward })
        history.give('DeclineOnward', { report: 4, reason: 'It went back' })
      },
    ],
    ['InterimReported', history => history.give('ReportInterim', { reason: 'ARPL' })],
    ['AnswerCorrected', history => history.give('CorrectAnswer', { corrects: 'frozen', reason: 'It was another account' })],
    ['FreezeExtended', history => history.give('ExtendFreeze', { basis: 'COURT', authority: 'A', reference: 'R', date: '2024-07-24' })],
    ['FreezeReleased', history => history.give('Release', { reason: 'COURT_ORDER' })],
    ['ClosedUnrecovered', history => history.give('CloseUnrecovered', { reason: 'FORFEITED', authority: 'A', reference: 'R' })],
  ])('%s', (kind, happens) => {
    const history = verified(document, '100.00')
    happens(history)
    const last = history.steps.at(-1)
    const [progress] = contentsOf(last)
    expect(progress).toMatchObject({
      kind: 'progress',
      country: 'SG',
      requestId: history.requestId,
      caseReference: document.caseReference,
      fact: kind,
      sequence: last?.fact.sequence,
    })
  })

  test('with the findings of an assessment, and the reason why no child request follows the money', () => {
    const history = verified(document)
    expect(contentsOf(history.steps.at(-1))).toMatchObject([{ kind: 'progress', fact: 'RequestVerified', findings: [] }])
    const moved = history.give('ReportMovedOnward', { amount: usd('1.00'), country: 'SG', onward })
    expect(contentsOf(moved)[0]).toMatchObject({ kind: 'progress', data: { country: 'SG', childless: 'SAME_COUNTRY' } })
  })

  test('but not of facts that concern only the beneficiary country, nor of its own documents', () => {
    const history = verified(document)
    expect(shownBy(history.steps[0])).toEqual([])
    expect(shownBy(history.give('AcknowledgeOrder', { orderId: history.requestId }))).toEqual([])
    history.give('ReportNotFound', { reason: 'NOOR' })
    const reopened = history.give('Reopen', { reason: 'Found', request: document })
    expect(contentsOf(reopened)).toMatchObject([{ kind: 'progress', data: { reason: 'Found' } }])
    expect(JSON.stringify(contentsOf(reopened))).not.toContain(document.payment.creditor.name)
  })
})

describe('the outcome of a request (FFKC; Regulation (EU) 2018/1805 Art. 7(2))', () => {
  test('goes to the requesting country once, when the request ends', () => {
    const history = verified(document, '600.00')
    expect(outcomesOf(history)).toEqual([])
    history.give('Release', { reason: 'CHALLENGE_UPHELD' })
    expect(shownBy(history.refuse('ReportReturn', { amount: usd('600.00'), reference: 'late' }))).toEqual(['alert SG', 'alert TL'])
    expect(outcomesOf(history)).toMatchObject([
      {
        end: 'closed.released',
        reason: 'CHALLENGE_UPHELD',
        amounts: { frozen: usd('600.00'), released: usd('600.00'), recovered: usd('0.00') },
      },
    ])
    expect(shownBy(history.steps.find(({ fact }) => factKindOf(fact) === 'FreezeReleased'))).toEqual(['progress SG', 'outcome SG'])
  })

  test('goes with an alert to both countries when a challenge is decided for the account holder', () => {
    const history = verified(document, '600.00')
    const lodged = history.give('LodgeChallenge', { decidingBody: 'Court of Appeal', reference: 'A-3', date: '2024-07-23' })
    expect(shownBy(lodged)).toEqual(['progress SG', 'alert SG', 'alert TL'])
    expect(contentsOf(lodged)).toMatchObject([{ fact: 'ChallengeLodged' }, { code: 'challengeLodged' }, { code: 'challengeLodged' }])
    const decided = history.give('DecideChallenge', { decision: 'FOR_HOLDER', reference: 'A-3' })
    expect(shownBy(decided)).toEqual(['progress SG', 'outcome SG', 'alert SG', 'alert TL'])
    expect(outcomesOf(history)).toMatchObject([
      { end: 'closed.released', reason: 'CHALLENGE_UPHELD', amounts: { released: usd('600.00') } },
    ])
  })

  test('without personal data once its keys are being destroyed, also by a process that still caches them', () => {
    const history = verified(document)
    history.give('Withdraw', { reason: 'The victim was paid back' })
    const late = history.refuse('ReportReturn', { amount: usd('600.00'), reference: 'late' })
    const decrypted = { salt: '0'.repeat(32), pointers: ['/reference'] }
    const encrypted = { key: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11', ciphertext: 'AAAA', digest: '0'.repeat(64), decrypted }
    const given = { ...late.refused.data, data: { amount: usd('600.00'), reference: 'late', encrypted } }
    const cached = { ...late, refused: { ...late.refused, data: given } } as Refused
    const answersIn = (step: Refused) => contentsOf(step).map(content => (content as { data: { data?: unknown } }).data.data)
    expect(answersIn(cached)).toEqual(Array(2).fill({ amount: usd('600.00'), reference: 'late' }))
    const retention = deadlineOf(history, 'retention')
    const { state } = history.give('DeadlinePassed', retention, { at: retention.dueAt })
    expect(answersIn({ ...cached, state })).toEqual(Array(2).fill({ amount: usd('600.00') }))
  })

  test('is sent also if no money was frozen', () => {
    const history = historyOf(document)
    history.give('Reject', { code: 'ARTICLE_3' }, { actor: 'holdfast/validation/rules' })
    expect(outcomesOf(history)).toMatchObject([{ end: 'closed.rejected', reason: 'ARTICLE_3' }])
  })

  test('is sent again when a reopened request ends again', () => {
    const history = verified(document)
    history.give('ReportNotFound', { reason: 'NOOR' })
    history.give('Reopen', { reason: 'Found' })
    history.give('PassAssessment', { findings: [] })
    history.give('ReportFreeze', { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' })
    history.give('InitiateReturn', { basis: 'ORDER' })
    history.give('ReportReturn', { amount: usd('1000.00'), reference: 'P4' })
    expect(outcomesOf(history).map(({ end }) => end)).toEqual(['closed.notFound', 'recovered'])
  })
})

describe('an alert goes to the country that must act or be informed', () => {
  test.each([
    ['verify', ['alert TL'], () => historyOf(document)],
    ['verifyHard', ['alert SG', 'alert TL'], () => historyOf(document)],
    ['acknowledge', ['alert TL'], () => verified(document)],
    ['acknowledgeEscalation', ['alert TL'], () => verified(document)],
    ['interimAnswer', ['alert SG'], () => verified(document)],
    ['execute', ['alert TL'], () => verified(document)],
    ['holdWarning', ['alert SG', 'alert TL'], () => verified(document, '1000.00')],
  ])('when the deadline %s expires', (kind, content, begin) => {
    const history = begin()
    const deadline = deadlineOf(history, kind)
    const step = history.give('DeadlinePassed', deadline, { at: deadline.dueAt })
    expect(shownBy(step)).toEqual(content)
    for (const alert of contentsOf(step)) expect(alert).toMatchObject({ fact: 'DeadlineReached', data: { kind, dueAt: deadline.dueAt } })
  })

  test('when a question waits: to the requester first, then to both', () => {
    const history = verified(document)
    history.give('AskInformation', { question: 'Which of two?' })
    const steps = ['informationReminder', 'informationDecision'].map(kind => {
      const deadline = deadlineOf(history, kind)
      return history.give('DeadlinePassed', deadline, { at: deadline.dueAt })
    })
    expect(steps.map(shownBy)).toEqual([['alert SG'], ['alert SG', 'alert TL']])
  })

  test('when a hold has ended: to both, in addition to progress and outcome', () => {
    const history = verified(document, '1000.00')
    const dueAt = '2024-07-26T02:25:00.000Z'
    const step = history.give('DeadlinePassed', { kind: 'holdExpiry', dueAt }, { at: dueAt })
    expect(shownBy(step)).toEqual(['progress SG', 'outcome SG', 'alert SG', 'alert TL'])
  })

  test('when money waits for the requester’s approval: to the requester, with a code and the amount', () => {
    const step = verified(document).give('ReportMovedOnward', { amount: usd('1.00'), country: 'AE', onward })
    expect(shownBy(step)).toEqual(['progress SG', 'alert SG'])
    const parameters = { amount: usd('1.00'), country: 'AE', report: step.fact.sequence }
    expect(contentsOf(step)[1]).toMatchObject({ code: 'movedOnward', parameters })
  })

  test('when an institution answers after the end: to both, with the answer', () => {
    const history = verified(document)
    history.give('Withdraw', { reason: 'Paid back' })
    const step = history.refuse('ReportFreeze', { amount: usd('10.00'), basis: 'VOLUNTARY' })
    expect(shownBy(step)).toEqual(['alert SG', 'alert TL'])
    expect(contentsOf(step)[1]).toMatchObject({
      fact: 'CommandRefused',
      sequence: 3,
      phase: 'closed',
      data: { command: 'ReportFreeze', data: { amount: usd('10.00') } },
    })
  })

  test('a refusal in time is sent to the country whose command it was', () => {
    const history = verified(document, '1000.00')
    expect(shownBy(history.refuse('ReportFreeze', { amount: usd('1.00'), basis: 'VOLUNTARY' }))).toEqual(['progress TL'])
    expect(shownBy(history.refuse('Withdraw', { reason: 'Paid back' }, { actor: 'SG/system/ncb' }))).toEqual(['progress SG'])
  })
})

test('every notification is valid by the schema, goes to one of the two countries, and has a unique id', async () => {
  const ids: string[] = []
  for (const history of everything())
    for (const step of [...history.steps, ...history.refusals])
      for (const { topic, id, key, value } of notificationsMadeBy(step)) {
        const notification = notificationSchema.parse(JSON.parse(await value))
        expect(['SG', 'TL']).toContain(notification.data.country)
        expect(topic.name).toBe(`freeze.notifications.${notification.data.country.toLowerCase()}`)
        expect([key, notification.id]).toEqual([history.requestId, id])
        ids.push(id)
      }
  expect(ids.length).toBeGreaterThan(20)
  expect(new Set(ids).size).toBe(ids.length)
})

test('a repeated fact makes the same notifications', () => {
  for (const { steps, refusals } of everything())
    for (const step of [...steps, ...refusals]) expect(notificationsMadeBy(step)).toEqual(notificationsMadeBy(step))
})

test('no alert text contains a name, an account or free text', () => {
  const secrets = ['private words', document.payment.creditor.name, 'Creek', '77001', 'A court', document.victim.name]
  const messages = everything().flatMap(({ steps, refusals }) =>
    [...steps, ...refusals].flatMap(contentsOf).flatMap(content => (content.kind === 'alert' ? [content.message] : [])),
  )
  expect(messages.length).toBeGreaterThan(3)
  for (const message of messages) for (const secret of secrets) expect(message).not.toContain(secret)
})

test('the histories above contain every kind of fact that makes notifications', () => {
  const kinds = new Set(everything().flatMap(({ facts }) => facts.map((fact: Fact) => factKindOf(fact))))
  for (const kind of [
    'InterimReported',
    'MovedOnwardReported',
    'OnwardDeclined',
    'OnwardFollowed',
    'FreezeExtended',
    'FreezeConfirmed',
    'ClosedUnrecovered',
    'RequestReopened',
    'FreezeReleased',
    'DeadlineReached',
    'RequestRejected',
  ] as const)
    expect(kinds).toContain(kind)
})
