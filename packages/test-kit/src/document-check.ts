import {
  type BasicSummary,
  type ChartEvent,
  type ChartState,
  compileChart,
  createActions,
  createDecider,
  type Dispatching,
  type Ingress,
  type Lifecycle,
  noRefusals,
  noSearchTerms,
  type PersonalData,
  type ProposedAction,
  phaseOf,
  recordsProposal,
  refusalsAfter,
  sharedAfter,
  type Validation,
  type Views,
  type Workflow,
} from '@holdfast/core'
import {
  accepted,
  type CommandEvent,
  commandTypePrefix,
  type Encryptable,
  factTypePrefix,
  type LedgerFact,
  parseWith,
  positionAfter,
  type Refusal,
  refused,
  workflowTopics,
} from '@holdfast/schemas'
import { assign, setup } from 'xstate'
import { z } from 'zod'

// A second workflow: a country asks whether a travel document is genuine. The country that issued it and one that its holder
// passed give opinions, and two officers of the asking country settle the check.

interface Context {
  readonly countries: { readonly asking: string; readonly issuing: string; readonly transit: string }
  /** When the check is escalated; null if nothing is awaited. */
  readonly escalatesAt: string | null
  readonly opinions: number
  readonly proposals: readonly ProposedAction[]
  readonly assessed: number
}

export type CheckState = ChartState<string | { open: string }, Context>
export interface Policy {
  personsNeedProof(country: string): boolean
}

const body = {}
const by = (party: string, ...roles: ('officer' | 'system' | 'fiu' | 'validation' | 'clock')[]) => ({ party, roles })
const commands = {
  OpenCheck: { body, allowed: [by('asking country', 'system')], becomes: 'CheckOpened' },
  PassAssessment: { body, allowed: [by('engine', 'validation')], becomes: 'CheckPassed' },
  ReplaceDocument: { body, allowed: [by('asking country', 'system')], becomes: 'DocumentReplaced' },
  GiveOpinion: { body, allowed: [by('issuing country', 'officer', 'fiu'), by('transit country', 'officer')], becomes: 'OpinionGiven' },
  AddRemark: { body, allowed: [by('asking country', 'officer')], becomes: 'RemarkAdded' },
  Escalate: { body, allowed: [by('asking country', 'officer')], becomes: 'CheckEscalated' },
  Settle: { body, allowed: [by('asking country', 'officer')], becomes: 'CheckSettled', mayUseReservedQuota: true },
  MarkDuplicate: { body, allowed: [by('engine', 'validation')], becomes: 'CheckDuplicated' },
  WithdrawShare: { body, allowed: [by('asking country', 'officer')], becomes: 'ShareWithdrawn' },
  DeadlinePassed: { body, allowed: [by('engine', 'clock')], becomes: 'DeadlineReached' },
} as const
const facts = {
  CheckOpened: { body },
  CheckPassed: { body },
  DocumentReplaced: { body },
  OpinionGiven: { body },
  RemarkAdded: { body, isRecordOnly: true },
  CheckEscalated: { body, featureLevel: 2 },
  ActionProposed: { body },
  CheckSettled: { body },
  RequestShared: { body, isRecordOnly: true },
  ShareWithdrawn: { body, isRecordOnly: true },
  DeadlineReached: { body },
  CheckDuplicated: { body },
} as const
export type Kind = keyof typeof commands

interface Seen {
  readonly context: Context
  readonly event: ChartEvent
}
const named = <T>({ event }: Seen) => event.data as T
const guards = {
  isApproved: (known: Seen) => known.context.proposals.some(({ actor }) => actor === named<{ proposedBy?: string }>(known).proposedBy),
}
const assigned = assign<Context, ChartEvent, undefined, ChartEvent, never>
const actions = {
  open: assigned({
    countries: known => named<Context>(known).countries,
    escalatesAt: known => named<{ escalatesAt?: string }>(known).escalatesAt ?? null,
  }),
  note: assigned({ assessed: ({ event }) => event.sequence }),
  count: assigned({ opinions: ({ context }) => context.opinions + 1 }),
  propose: assigned({
    proposals: ({ context, event: { actor, proof = null, sequence, data } }) => {
      const { command, proposalDigest: digest } = data as { command: string; proposalDigest: string }
      return [...context.proposals, { command, digest, actor, proof, sequence }]
    },
  }),
}
const machine = setup({ types: { context: {} as Context, events: {} as ChartEvent }, guards, actions }).createMachine({
  context: { countries: { asking: '', issuing: '', transit: '' }, escalatesAt: null, opinions: 0, proposals: [], assessed: 0 },
  initial: 'unopened',
  states: {
    unopened: { on: { CheckOpened: { target: 'open', actions: ['open', 'note'] } } },
    open: {
      initial: 'assessing',
      on: {
        DocumentReplaced: { target: '.assessing', actions: 'note' },
        CheckEscalated: 'escalated',
        DeadlineReached: 'escalated',
        CheckDuplicated: 'duplicate',
      },
      states: {
        assessing: { on: { CheckPassed: 'asked' } },
        asked: {
          on: {
            OpinionGiven: { actions: 'count' },
            ActionProposed: { actions: 'propose' },
            CheckSettled: { guard: 'isApproved', target: '#(machine).settled' },
          },
        },
      },
    },
    escalated: {},
    settled: {},
    duplicate: {},
  },
})

const chart = compileChart<CheckState['value'], Context, ChartEvent>({ machine, guards, actions })

const finalPhases = ['settled', 'duplicate']

const lifecycle: Lifecycle<CheckState, CommandEvent, Policy> = {
  commands,
  facts,
  opening: 'OpenCheck',
  finalPhases,
  chart,
  open: ({ data }) => ('countries' in data ? { type: 'CheckOpened', data } : { code: 'MALFORMED', message: 'a check names its countries' }),
  parties: ({ context: { countries } }) => [
    { name: 'asking country', country: countries.asking },
    { name: 'issuing country', country: countries.issuing },
    { name: 'transit country', country: countries.transit },
  ],
  attributes: ({ context: { countries } }) => ({ askingcountry: countries.asking, zone: 'one' }),
  resultingState: ({ state: { context }, openedAt }) => ({ openedAt, opinions: context.opinions }),
  refusalOf: ({ command: { data } }) => ('secret' in data ? refusedText('a check takes no secrets') : undefined),
  factOf: ({ kind, command: { data } }) =>
    'impossible' in data ? refusedText('this cannot be recorded') : { type: commands[kind as Kind].becomes, data },
  withRetention: ({ type, data }, { command: { time } }) => ({ type, data: { ...data, retainedFrom: time } }),
  explain: (_asked, { type }) => (type === 'OpinionGiven' ? refusedText('opinions are given once the check has passed') : undefined),
  needsDualApproval: kind => kind === 'Settle',
  proposals: ({ context }) => context.proposals,
  assessedFact: ({ context }) => context.assessed,
}
export const decider = createDecider(lifecycle)

const refusedText = (message: string): Refusal => ({ code: 'WRONG_STATE', message })

/** What a country asks. */
interface CheckRequest extends Partial<Pick<Context, 'countries'>>, Encryptable {
  readonly escalatesAt?: string | undefined
  /** Absent if it is encrypted. */
  readonly document?: { readonly number: string }
}
interface Known {
  readonly claim: { readonly key: string; readonly country: string }
}
const documentOf = ({ data }: LedgerFact): CheckRequest | undefined =>
  'countries' in data || 'document' in data ? (data as CheckRequest) : undefined

/** A country checks a document once at a time. */
const validation: Validation<CheckRequest, Known, undefined, undefined> = {
  isToBeAssessed: fact => documentOf(fact) !== undefined,
  keepsClaim: ({ type }) => type.endsWith('.CheckPassed'),
  knownAfter: (before, _fact, { countries, document, encrypted }, digestOf) => ({
    claim: {
      key: encrypted?.blindIndexes?.document ?? digestOf('document', document?.number ?? ''),
      country: countries?.asking ?? before?.claim.country ?? '',
    },
  }),
  claimOf: ({ claim }) => claim,
  relatedTo: async () => undefined,
  assess: async ({ requestId, claim }) =>
    claim && claim.representative !== requestId
      ? { verdict: 'duplicate', command: 'MarkDuplicate', data: { standingRequestId: claim.representative } }
      : { verdict: 'pass', command: 'PassAssessment', data: {} },
}

const nothing: readonly string[] = []
/** The number of a document names a person. */
const personalData: PersonalData = {
  pointersOf: kind => (kind === 'OpenCheck' || kind === 'ReplaceDocument' ? ['/document'] : nothing),
  isProposable: kind => kind === 'Settle',
  blindIndexInputsOf: data => ('document' in data ? { document: (data as CheckRequest).document?.number ?? '' } : {}),
  joiningBy: (_kind, data) => {
    const { issuing, transit } = (data as Partial<CheckRequest>).countries ?? {}
    return [issuing, transit].filter(country => country !== undefined)
  },
  countryOf: () => undefined,
}

const countryOf = z.string().regex(/^[A-Z]{2}$/)
const ingress: Ingress<CheckRequest> = {
  document: 'check',
  path: '/v1/checks',
  eventType: 'holdfast.check.v1',
  parse: json =>
    parseWith(
      z.strictObject({
        countries: z.strictObject({ asking: countryOf, issuing: countryOf, transit: countryOf }),
        document: z.strictObject({ number: z.string().min(1).max(20) }),
        escalatesAt: z.iso.datetime().optional(),
      }),
      json,
    ),
  refusalOfSender: ({ country }, { countries }) =>
    countries?.asking === country ? undefined : { code: 'NOT_YOUR_COUNTRY', message: `${country} asks for its own country only` },
  openingOf: request => request,
  receiptOf: ({ countries }) => ({ countries }),
}

interface Summary extends BasicSummary {
  readonly countries: Context['countries']
  /** The proposals. */
  readonly open: readonly number[]
  /** As in the document. */
  readonly escalatesAt?: string | undefined
}
const ofKind = ({ type }: Pick<LedgerFact, 'type'>) => type.slice(factTypePrefix.length)
const toAll = ({ countries }: Summary, data: object) =>
  Object.values(countries).map((country, index) => ({ index, data: { kind: 'check', country, ...data } }))

/** Each fact reaches all countries, and a registry of the issuing country looks each document up. */
const dispatching: Dispatching<Summary, CheckRequest, object, { kind: string; reason: string }, Summary | undefined> = {
  notifications: {
    ofFact: ({ fact, state: { summary } }) => toAll(summary, { fact: ofKind(fact), sequence: fact.sequence }),
    ofRefusal: (refused, summary) => toAll(summary, { refused: refused.data.command }),
    ofErasureWhileParked: (fact, known) => (known ? toAll(known, { erased: ofKind(fact) }) : []),
    ofWaitingErasure: (_fact, summary) => toAll(summary, { waits: 'erasure' }),
    knownOf: summary => summary,
    knownAfter: before => before,
  },
  orders: {
    countryOf: ({ countries }) => countries.issuing,
    institutionOf: () => 'REGITLDI',
    frameOf: (requestId, { countries, document }) => ({
      requestId,
      country: countries?.issuing,
      institution: { bic: 'REGITLDI' },
      document,
    }),
    openFrame: (frame, values) => ({ ...frame, document: values['/document'] }),
    instructionFor: ({ fact }) => (ofKind(fact) === 'CheckPassed' ? { kind: 'look-up', reason: 'A country asks' } : undefined),
  },
}

/** What readers see: the whole summary, as a check has no amounts and no children. */
const views: Views<CheckState, Summary> = {
  summaryOf: ({ requestId, sequence, hash, refusals, state, openedAt, updatedAt, sharedWith }) => {
    const { countries, proposals, escalatesAt } = state.context
    const { asking: requestingCountry } = countries
    const open = proposals.map(({ sequence }) => sequence)
    const rest = {
      caseReference: requestId,
      escalatesAt: escalatesAt ?? undefined,
      parent: null,
      openedAt,
      updatedAt,
      sharedWith,
      deniedTo: [],
    }
    return { requestId, sequence, hash, refusals, phase: phaseOf(state), countries, requestingCountry, open, ...rest }
  },
  evolveSummary(before, fact) {
    const position = positionAfter(before, fact)
    const countries = documentOf(fact)?.countries ?? before?.countries
    if (!position || !countries) return { accepted: false, summary: before }
    const { requestId, openedAt, refusals, parent, deniedTo } = before ?? {
      requestId: fact.subject,
      openedAt: fact.time,
      refusals: noRefusals,
      parent: null,
      deniedTo: [],
    }
    const summary = {
      ...position,
      ...{ requestId, openedAt, refusals, parent, deniedTo, countries, phase: fact.phase, updatedAt: fact.time },
      requestingCountry: countries.asking,
      caseReference: requestId,
      escalatesAt: documentOf(fact)?.escalatesAt ?? before?.escalatesAt,
      open: recordsProposal(fact) ? [...(before?.open ?? []), fact.sequence] : (before?.open ?? []),
      sharedWith: sharedAfter(before?.sharedWith ?? [], fact),
    }
    return { accepted: true, summary }
  },
  evolveSummaryByRefusal(before, refused) {
    const refusals = before && refusalsAfter(before, refused)
    return refusals ? { accepted: true, summary: { ...before, refusals } } : { accepted: false, summary: before }
  },
  viewOf: summary => summary,
  partiesOf: ({ countries }) => Object.values(countries).map(country => ({ country, isDenied: false })),
  deadlinesOf: ({ phase, escalatesAt }) => (phase === 'open' && escalatesAt ? [{ kind: 'opinion', dueAt: escalatesAt }] : []),
  alertsOf(record) {
    const { subject, sequence, phase, time, type, askingcountry: country } = record as LedgerFact & { readonly askingcountry: string }
    if (!type.endsWith('.DeadlineReached')) return new Map()
    const about = { requestId: subject, requestingCountry: country, fact: 'DeadlineReached', sequence, phase, time }
    return new Map([[country, { ...about, message: 'No opinion came in time' }]])
  },
  decisions: {
    approvalOf: fact => (recordsProposal(fact) ? 'Settle' : undefined),
    mayHaveProposals: ({ open }) => open.length > 0,
    isOpen: ({ open, phase }, { sequence }) => phase === 'open' && open.includes(sequence),
    awaitsDecision: recordsProposal,
    awaitedBy: ({ open, phase }) => (phase === 'open' ? open : []),
  },
  isSearchable: () => false,
  searchTermsOf: () => noSearchTerms,
}

const knownTypes: ReadonlySet<string> = new Set(Object.keys(facts).map(kind => `${factTypePrefix}${kind}`))
const kinds: ReadonlySet<string> = new Set(Object.keys(commands))

/** The check of documents as services get it. */
export const documentCheck: Workflow<CheckState, CommandEvent, Policy, undefined, CheckRequest, Known, undefined> = {
  ...decider,
  actions: createActions<CheckState, CommandEvent, Policy, CheckRequest>(lifecycle, decider, {
    schemaOf: kind => `urn:holdfast:schema:check-command:v1#${kind}`,
    parseBody: (_kind, data) => parseWith(z.looseObject({}), data),
    describeDualApproval: kind => (kind === 'Settle' ? 'Two officers must send it with the same data (dual approval).' : undefined),
    trialBodies: () => [{}],
    mayNeedDualApproval: kind => kind === 'Settle',
  }),
  name: 'document-check',
  topicPrefix: 'check',
  topics: workflowTopics('check'),
  opening: 'OpenCheck',
  stateVersions: { ledger: '1', validation: '1', dispatch: '1', desk: 1 },
  personalData,
  ingress,
  phases: ['open', 'escalated', 'settled', 'duplicate'],
  finalPhases,
  validation,
  dispatching,
  views,
  isKnownFact: type => knownTypes.has(type),
  documentOf,
  deadlinesOf: ({ state: { value, context } }) =>
    context.escalatesAt !== null && typeof value === 'object' ? [{ kind: 'opinion', dueAt: context.escalatesAt }] : [],
  parseCommand: value =>
    kinds.has((value as CommandEvent).type.slice(commandTypePrefix.length))
      ? accepted(value as CommandEvent)
      : refused([{ code: 'NOT_ONE_OF', path: '/type', message: 'no command of a check' }]),
  loadProfiles: () => undefined,
  viewOfCountry: () => undefined,
  createPolicy: (_profiles, registry) => registry,
}
