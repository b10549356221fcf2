import { makePatchedTree, type Patch, type Tree } from './patched-tree.ts'

/** Of so many requests each plant throws on one. */
export const perPlant = 100

/** Where something throws, for which of the requests, and at which service that is seen. */
export const plants = [
  { what: 'decide', service: 'ledger', number: 50 },
  { what: 'a rule', service: 'validation', number: 150 },
  { what: 'a fold', service: 'dispatch', number: 250 },
  { what: 'a notice', service: 'dispatch', number: 350 },
  { what: "the desk's view", service: 'desk', number: 450 },
] as const

/** Sources that throw in these places where this says so, in an expression; it is given one that has the case reference of the request. */
export const patchesThat = (throwWhere: (caseReference: string, place: (typeof plants)[number]['what']) => string): readonly Patch[] => {
  const thrown = (caseReference: string, place: (typeof plants)[number]['what']) =>
    `if (${throwWhere(caseReference, place)}) throw new TypeError('planted')\n`
  return [
    {
      file: 'packages/lifecycle/src/decide.ts',
      find: '  const kind = commandKindOf(command)\n  const parsed = parseActor(command.actor)\n',
      put: `  ${thrown("command.type.endsWith('.ReportFreeze') && snapshot?.state.context.document.caseReference", 'decide')}$&`,
    },
    {
      file: 'packages/rules/src/assess.ts',
      find: '  const findings: Finding[] = []\n',
      put: `  ${thrown('request.caseReference', 'a rule')}$&`,
    },
    {
      file: 'services/dispatch/src/state/request-fold.ts',
      find: '    if (!accepted || !standing) return { accepted: false, state }\n',
      put: `$&    ${thrown('standing.sequence > 1 && standing.caseReference', 'a fold')}`,
    },
    {
      file: 'services/dispatch/src/notifications/notifications-of-fact.ts',
      find: '  const { findings, data } = tellable(fact)\n',
      put: `  ${thrown('state.standing.sequence > 1 && state.standing.caseReference', 'a notice')}$&`,
    },
    {
      file: 'services/desk/src/projection/take-records.ts',
      find: '    if (!accepted || !standing) return undefined\n',
      put: `$&    ${thrown('standing.caseReference', "the desk's view")}`,
    },
  ]
}

const numbers = new Map(plants.map(({ what, number }) => [what, number]))

/** This tree with code that throws in five places. */
export const makePlantedTree = (): Tree =>
  makePatchedTree(patchesThat((caseReference, place) => `${caseReference} === 'SG-${numbers.get(place)}'`))
