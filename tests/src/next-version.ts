import { makePatchedTree, type Patch, type Tree } from './patched-tree.ts'

/**
 * The features of a simulated next version. `RecallRequest` appends a critical fact that closes the request and
 * stops its institution. `TakeNote` appends a fact that changes nothing. Both need feature level 3.
 * Its stored states have another shape.
 */
const patches: readonly Patch[] = [
  {
    file: 'workflows/payment-stop/src/language/commands/withdraw.ts',
    find: /$/,
    put: `
export const Recall = command({ body, allowed: [requester], personalData: ['/reason'], becomes: 'RequestRecalled' })
export const RequestRecalled = fact({ body: body.extend(arming), featureLevel: 3 })

const note = z.strictObject({ note: noteSchema })
export const TakeNote = command({ body: note, allowed: [requester], personalData: ['/note'], becomes: 'NoteTaken' })
export const NoteTaken = fact({ body: note, isRecordOnly: true, featureLevel: 3 })
`,
  },
  {
    file: 'workflows/payment-stop/src/language/events/registry.ts',
    find: "import { RequestWithdrawn, Withdraw } from '../commands/withdraw.ts'",
    put: "import { NoteTaken, Recall, RequestRecalled, RequestWithdrawn, TakeNote, Withdraw } from '../commands/withdraw.ts'",
  },
  { file: 'workflows/payment-stop/src/language/events/registry.ts', find: '  Withdraw,\n', put: '$&  Recall,\n  TakeNote,\n' },
  {
    file: 'workflows/payment-stop/src/language/events/registry.ts',
    find: '  FreezeReleased,\n',
    put: '  RequestRecalled,\n  NoteTaken,\n$&',
  },
  { file: 'schemas/src/ledger/feature-levels.ts', find: 'export const featureLevel = 2\n', put: 'export const featureLevel = 3\n' },
  {
    file: 'workflows/payment-stop/src/lifecycle/statechart.ts',
    find: /(\n {4}verified: \{[\s\S]*?RequestWithdrawn: \{ target: 'closed\.withdrawn' \},\n)/,
    put: "$1        RequestRecalled: { target: 'closed.withdrawn' },\n",
  },
  {
    file: 'packages/core/src/history.ts',
    find: '  return JSON.stringify({ ...rest, causes',
    put: "  return JSON.stringify({ ...rest, shape: 'next', causes",
  },
  {
    file: 'workflows/payment-stop/src/state-versions.ts',
    find: /(export const stateVersions = )[^\n]*/,
    put: '$1{ ledger: "next", validation: "next", dispatch: "next", desk: 1000 }',
  },
  {
    file: 'workflows/payment-stop/src/dispatching/orders.ts',
    find: "  if (isFact(fact, 'RequestWithdrawn'))",
    put: "  if (isFact(fact, 'RequestRecalled')) return standDown(before, 'The requesting country recalled the request')\n$&",
  },
]

/** This tree patched to the next version, with further patches where wanted. Throws where a patch does not apply. */
export const makeNextVersion = (more: readonly Patch[] = []): Tree => makePatchedTree([...patches, ...more])
