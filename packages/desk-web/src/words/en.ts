import type { CommandKind, DeadlineKind, Phase, RecordKind } from '@holdfast/schemas'
import { alertsEn } from './alerts/en.ts'
import { codesEn } from './codes/en.ts'
import { workEn } from './desk-work/en.ts'
import { followEn } from './follow/en.ts'
import { nowEn } from './now/en.ts'
import { operationsEn } from './operations/en.ts'
import { pagesEn } from './pages/en.ts'
import { counted } from './plurals/counted.ts'
import { refusalsEn } from './refusals/en.ts'
import { requestEn } from './request/en.ts'
import { rulesEn } from './rules/en.ts'
import { sharingEn } from './sharing/en.ts'

const count = counted('en')

const phases: Record<Phase, string> = {
  received: 'Received',
  verified: 'Verified',
  frozen: 'Frozen',
  recovered: 'Recovered',
  closed: 'Closed',
}

const deadlines: Record<DeadlineKind, string> = {
  verify: 'Verify',
  verifyHard: 'Verify, at the latest',
  informationReminder: 'Remind of the question',
  informationDecision: 'Decide without an answer',
  acknowledge: 'Acknowledge the order',
  acknowledgeEscalation: 'Escalate: order not acknowledged',
  interimAnswer: 'Interim answer',
  execute: 'Hold the money',
  executeHard: 'Hold the money, at the latest',
  holdWarning: 'Warning before the end of the hold',
  holdExpiry: 'The hold ends',
  confirmedHoldReview: 'Review the confirmed hold',
  consentAnswer: 'Answer on consent',
  returnPayment: 'Return the money',
  retention: 'End of retention',
}

const commands: Record<
  Exclude<CommandKind, 'OpenRequest' | 'RecordDestruction' | 'ConfirmDestruction' | 'DeadlinePassed' | 'ReportUndelivered'>,
  string
> = {
  PassAssessment: 'Pass',
  SendToReview: 'Send to review',
  AskInformation: 'Ask for information',
  Reject: 'Reject',
  MarkDuplicate: 'Mark as duplicate',
  ProposeVerification: 'Propose verification',
  ApproveVerification: 'Approve verification',
  ProvideInformation: 'Provide information',
  AcknowledgeOrder: 'Acknowledge the order',
  ReportFreeze: 'Report money held',
  ReportNoFunds: 'Report no funds',
  ReportNotFound: 'Report account not found',
  ReportMovedOnward: 'Report money moved onward',
  FollowOnward: 'Follow the money',
  DeclineOnward: 'Do not follow the money',
  ReportInterim: 'Report an interim answer',
  CorrectAnswer: 'Correct an answer',
  ConfirmFreeze: 'Confirm the hold',
  ExtendFreeze: 'Extend the hold',
  InitiateReturn: 'Initiate the return',
  ReportReturn: 'Report money returned',
  Withdraw: 'Withdraw the request',
  Release: 'Release the money',
  CloseUnrecovered: 'Close unrecovered',
  Reopen: 'Reopen',
  ShareRequest: 'Share the request',
  WithdrawShare: 'Withdraw a share',
  OrderErasure: 'Order the erasure',
}

const facts: Record<RecordKind, string> = {
  RequestOpened: 'Request received',
  RequestVerified: 'Verified and ordered',
  ReviewRequested: 'Sent to review',
  VerificationProposed: 'Verification proposed',
  InformationRequested: 'Information asked for',
  InformationProvided: 'Information provided',
  RequestRejected: 'Rejected',
  DuplicateDetected: 'Duplicate detected',
  OrderAcknowledged: 'Order acknowledged',
  FreezeReported: 'Money held',
  NoFundsReported: 'No funds',
  NotFoundReported: 'Account not found',
  MovedOnwardReported: 'Money moved onward',
  OnwardFollowed: 'Money is followed',
  OnwardDeclined: 'Money is not followed',
  InterimReported: 'Interim answer',
  AnswerCorrected: 'Answer corrected',
  FreezeConfirmed: 'Hold confirmed',
  FreezeExtended: 'Hold extended',
  ReturnInitiated: 'Return initiated',
  ReturnReported: 'Money returned',
  RequestWithdrawn: 'Request withdrawn',
  FreezeReleased: 'Money released',
  ClosedUnrecovered: 'Closed unrecovered',
  RequestReopened: 'Reopened',
  ActionProposed: 'Action proposed',
  HoldExpired: 'Hold ended',
  DeadlineReached: 'Deadline passed',
  OrderUndelivered: 'Order not delivered',
  RequestShared: 'Request shared',
  ShareWithdrawn: 'Share withdrawn',
  ErasureOrdered: 'Erasure ordered',
  KeysDestroyed: 'Keys destroyed',
  DestructionConfirmed: 'Destruction confirmed',
  CommandRefused: 'Command refused',
}

export const en = {
  tag: 'en',
  direction: 'ltr',
  name: 'English',
  skip: 'Skip to the content',
  menu: 'Pages',
  board: 'Board',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signInWhy: 'You are not signed in, or your session has ended.',
  developmentSignIn: 'Development: anybody can sign in as anybody here.',
  settings: 'Settings',
  language: 'Language',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  density: 'Rows',
  densities: { roomy: 'Roomy', dense: 'Dense' },
  singleKeys: 'Single keys (j, k, Enter, /)',
  loading: 'Loading…',
  retry: 'Try again',
  notReached: 'The engine can not be reached.',
  wordsGone: 'Its words can not be read any more.',
  live: 'Live',
  liveSince: (time: string) => `As of ${time}, reconnecting`,
  phases,
  deadlines,
  commands,
  facts,
  columns: {
    deadline: 'Next deadline',
    request: 'Request',
    corridor: 'From → to',
    state: 'State',
    amount: 'Asked for',
    held: 'Held',
    recovered: 'Recovered',
    updated: 'Changed',
    opened: 'Opened',
  },
  filters: {
    title: 'Filters',
    all: 'All',
    from: 'Requested by',
    to: 'Money is in',
    sort: 'Order',
    sorts: { deadline: 'Next deadline first', opened: 'Newest first', updated: 'Changed last first' },
    search: 'Search',
    searchHint: 'Number, case, account, UETR or name',
    clear: 'Clear',
  },
  noRequests: 'No request matches. Clear the filters, or wait: a new request appears here by itself.',
  more: 'Show more',
  counts: {
    open: count({ one: '# open', other: '# open' }),
    lapsing: count({ one: '# deadline in 24 hours', other: '# deadlines in 24 hours' }),
    passed: count({ one: '# deadline passed', other: '# deadlines passed' }),
    shownUntil: (time: string) => `Shown as it was at ${time}`,
    proposals: count({ one: '# waits for a second person', other: '# wait for a second person' }),
  },
  noDeadline: 'none',
  passed: (long: string) => `passed ${long} ago`,
  in: (long: string) => `in ${long}`,
  days: count({ one: '# day', other: '# days' }),
  hours: count({ one: '# h', other: '# h' }),
  minutes: count({ one: '# min', other: '# min' }),
  seconds: count({ one: '# s', other: '# s' }),
  notFound: 'There is nothing at this address.',
  toBoard: 'To the board',
  sessionEnded: 'Your session has ended.',
  sessionEndedAgain: 'Sign in again, and you are back here.',
  noneYet: 'No request yet. A new one appears here by itself.',
  seeStory: 'To see a story played into this engine:',
  warning: 'warning',
  years: count({ one: '# year', other: '# years' }),
  months: count({ one: '# month', other: '# months' }),
  timeZone: (zone: string) => `Times of day are those of ${zone}.`,
  ...codesEn,
  ...alertsEn,
  ...refusalsEn,
  ...rulesEn,
  request: requestEn,
  ...pagesEn,
  ...nowEn,
  ...sharingEn,
  ...operationsEn,
  ...workEn,
  ...followEn,
} as const

/** The same with any words: what a language has to have. */
type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Widened<T[K]> }
export type Words = Widened<typeof en>
