import { makePatchedTree, type Patch, type Tree } from './patched-tree.ts'

/** Each planted fault throws for one request in this many. */
export const perPlant = 100

/** A planted fault: for which requests it throws, and which service reports it. */
export const plants = [
  { what: 'decide', service: 'ledger', number: 50 },
  { what: 'a rule', service: 'validation', number: 150 },
  { what: 'a state', service: 'dispatch', number: 250 },
  { what: 'a notification', service: 'dispatch', number: 350 },
  { what: "the desk's view", service: 'desk', number: 450 },
] as const

/** Patches that throw where this expression is true. It receives code that returns the request's case reference. */
export const patchesThat = (throwWhere: (caseReference: string, place: (typeof plants)[number]['what']) => string): readonly Patch[] => {
  const thrown = (caseReference: string, place: (typeof plants)[number]['what']) =>
    `if (${throwWhere(caseReference, place)}) throw new TypeError('planted')\n`
  return [
    {
      file: 'workflows/payment-stop/src/lifecycle/fact-of-command.ts',
      find: '  const fact = bodyOf(snapshot, command, policy)\n',
      put: `  ${thrown("command.type.endsWith('.ReportFreeze') && snapshot.state.context.document.caseReference", 'decide')}$&`,
    },
    {
      file: 'workflows/payment-stop/src/rules/assess.ts',
      find: '  return assessBy(rules, request, context)\n',
      put: `  ${thrown('request.caseReference', 'a rule')}$&`,
    },
    {
      file: 'services/dispatch/src/state/state-definition.ts',
      find: '      if (!accepted || !summary) return { accepted: false, state }\n',
      put: `$&      ${thrown('summary.sequence > 1 && summary.caseReference', 'a state')}`,
    },
    {
      file: 'workflows/payment-stop/src/dispatching/notifications.ts',
      find: '  const { findings, data } = notificationDataOf(fact)\n',
      put: `  ${thrown('state.summary.sequence > 1 && state.summary.caseReference', 'a notification')}$&`,
    },
    {
      file: 'services/desk/src/projection/take-records.ts',
      find: '    if (!accepted || !summary) return undefined\n',
      put: `$&    ${thrown('summary.caseReference', "the desk's view")}`,
    },
  ]
}

const numbers = new Map(plants.map(({ what, number }) => [what, number]))

/** This tree with five planted faults. */
export const makePlantedTree = (): Tree =>
  makePatchedTree(patchesThat((caseReference, place) => `${caseReference} === 'SG-${numbers.get(place)}'`))
