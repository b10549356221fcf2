import { causesOf, noRefusals } from '@holdfast/core'
import { accepted, chainStart } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import { type CommandKind, commandKinds, type FactKind, isDualApprovalCommand, type Policy } from '../../src/language/index.ts'
import { emptyContext, type RequestContext } from '../../src/lifecycle/context.ts'
import { factOf } from '../../src/lifecycle/fact-of-command.ts'
import type { RequestSnapshot } from '../../src/lifecycle/snapshot.ts'
import { statechart } from '../../src/lifecycle/statechart.ts'
import { type Chart, statesWithin } from './chart.ts'
import { sampleCommands, sampleInstants } from './sample-commands.ts'

export type FactsOfCommands = Readonly<Record<CommandKind, readonly FactKind[]>>

/**
 * The facts that each command can lead to, computed by the ledger's own code from sample commands in each state. Throws if
 * a command leads to none, so that the page is complete.
 */
export function factsOfCommands(chart: Chart): FactsOfCommands {
  const innermost = statesWithin(chart.root).filter(({ states, type }) => states.length === 0 && type !== 'history')
  const snapshots = innermost.flatMap(({ path }) => contexts.map(context => snapshotIn(path, context)))
  return Object.fromEntries(commandKinds.map(kind => [kind, factsOf(kind, snapshots)])) as unknown as FactsOfCommands
}

function factsOf(kind: CommandKind, snapshots: readonly RequestSnapshot[]): readonly FactKind[] {
  // A request has no state before it is opened.
  if (kind === 'OpenRequest') return ['RequestOpened']
  const facts = new Set<FactKind>()
  for (const command of sampleCommands(kind))
    for (const snapshot of snapshots) {
      const answer = factOf(snapshot, command, anything)
      if ('type' in answer) facts.add(answer.type)
    }
  if (facts.size === 0) throw new Error(`no sample of ${kind} leads to a fact`)
  // Under dual approval, the first command becomes a proposal.
  return isDualApprovalCommand(kind) ? ['ActionProposed', ...facts] : [...facts]
}

const farAway = () => new Date('9999-12-31T00:00:00Z')

/** A policy that allows everything: the page shows what a command leads to, not what a country's law allows. */
const anything: Policy = {
  defaultExpiry: farAway,
  latestExpiry: farAway,
  latestExtension: () => accepted(farAway()),
  dueAt: farAway,
  warningsOf: () => [],
  hopsMax: 9,
  isReachable: () => true,
  personsNeedProof: () => false,
  findAnswerObstacle: () => undefined,
  standingPolicyFor: () => undefined,
}

/** A request with an empty context, and one with everything in it. */
const contexts: readonly RequestContext[] = [
  emptyContext,
  {
    ...emptyContext,
    requestingCountry: 'XX',
    document: { ...emptyContext.document, currency: 'USD', requestedMinor: '100' },
    review: { ...emptyContext.review, proposedBy: 'known' },
    movedOnward: [
      {
        amountMinor: '25',
        country: 'YY',
        report: 1,
        institution: '',
        childRequestId: null,
        byPolicy: false,
        childless: null,
        proposed: { requestId: 'sample', from: '1', to: '2', declined: false },
      },
    ],
    holds: sampleInstants.map((expiresAt, nth) => ({
      amountMinor: '25',
      basis: 'COURT',
      from: expiresAt,
      expiresAt,
      extendedTimes: 0,
      report: nth + 2,
    })),
    sums: { ...emptyContext.sums, heldMinor: String(25 * sampleInstants.length), movedMinor: '25' },
  },
]

const snapshotIn = (path: string, context: RequestContext): RequestSnapshot => ({
  requestId: 'sample',
  state: statechart.resolveState({ value: nestedValue(path.split('.')), context }) as RequestSnapshot['state'],
  sequence: 1,
  hash: chainStart,
  causes: causesOf([]),
  refusals: noRefusals,
  historyQuotaUsed: {},
  sharedWith: [
    { share: 1, with: { country: 'XP', unit: 'generalSecretariat' }, extent: 'standing', sharedBy: 'XX/officer/sample', sharedAt: '' },
  ],
  openedAt: '',
  updatedAt: '',
})

const nestedValue = ([name = '', ...rest]: readonly string[]): StateValue => (rest.length === 0 ? name : { [name]: nestedValue(rest) })
