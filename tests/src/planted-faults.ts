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
const [inDecide, inRule, inFold, inNotice, inView] = plants.map(({ number }) => `SG-${number}`)

const thrown = (caseReference: string, of: string | undefined) => `if (${caseReference} === '${of}') throw new TypeError('planted')\n`
const patches: readonly Patch[] = [
  {
    file: 'packages/lifecycle/src/decide.ts',
    find: '  const kind = commandKindOf(command)\n  const parsed = parseActor(command.actor)\n',
    put: `  ${thrown("command.type.endsWith('.ReportFreeze') && snapshot?.state.context.document.caseReference", inDecide)}$&`,
  },
  {
    file: 'packages/rules/src/assess.ts',
    find: '  const findings: Finding[] = []\n',
    put: `  ${thrown('request.caseReference', inRule)}$&`,
  },
  {
    file: 'services/dispatch/src/request-fold.ts',
    find: '    if (!accepted || !standing) return { accepted: false, state }\n',
    put: `$&    ${thrown('standing.sequence > 1 && standing.caseReference', inFold)}`,
  },
  {
    file: 'services/dispatch/src/notices.ts',
    find: '  const { findings, data } = tellable(fact)\n',
    put: `  ${thrown('state.standing.sequence > 1 && state.standing.caseReference', inNotice)}$&`,
  },
  {
    file: 'services/desk/src/take-records.ts',
    find: '    if (!accepted || !standing) return undefined\n',
    put: `$&    ${thrown('standing.caseReference', inView)}`,
  },
]

/** This tree with code that throws in five places. */
export const makePlantedTree = (): Tree => makePatchedTree(patches)
