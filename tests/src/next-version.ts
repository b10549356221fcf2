import { makePatchedTree, type Patch, type Tree } from './patched-tree.ts'

/**
 * The features of a simulated next version. `RecallRequest` appends a critical fact that closes the request and
 * stops its institution. `TakeNote` appends a fact that changes nothing. Both need feature level 2.
 * Its stored states have another shape.
 */
const patches: readonly Patch[] = [
  {
    file: 'schemas/src/requests/commands.ts',
    find: '  Withdraw: z.strictObject({ reason: noteSchema }),\n',
    put: '$&  Recall: z.strictObject({ reason: noteSchema }),\n  TakeNote: z.strictObject({ note: noteSchema }),\n',
  },
  {
    file: 'schemas/src/requests/encrypted-commands.ts',
    find: "  Withdraw: ['/reason'],\n",
    put: "$&  Recall: ['/reason'],\n  TakeNote: ['/note'],\n",
  },
  {
    file: 'schemas/src/requests/facts.ts',
    find: '  FreezeReleased: releaseBody.extend(',
    put: '  RequestRecalled: commandBodies.Recall.extend(arming),\n  NoteTaken: commandBodies.TakeNote,\n$&',
  },
  { file: 'schemas/src/ledger/feature-levels.ts', find: 'export const featureLevel = 1\n', put: 'export const featureLevel = 2\n' },
  { file: 'schemas/src/ledger/feature-levels.ts', find: /(const levels: [^=]*= )\{\}/, put: '$1{ RequestRecalled: 2, NoteTaken: 2 }' },
  {
    file: 'packages/lifecycle/src/fact-of-command.ts',
    find: "    case 'holdfast.command.v1.Release':\n",
    put: `    case 'holdfast.command.v1.Recall':
      return { type: 'RequestRecalled', data: command.data }
    case 'holdfast.command.v1.TakeNote':
      return { type: 'NoteTaken', data: command.data }
$&`,
  },
  {
    file: 'packages/lifecycle/src/permissions.ts',
    find: '  Withdraw: [requester],\n',
    put: '$&  Recall: [requester],\n  TakeNote: [requester],\n',
  },
  {
    file: 'packages/lifecycle/src/statechart.ts',
    find: /(\n {4}verified: \{[\s\S]*?RequestWithdrawn: \{ target: 'closed\.withdrawn' \},\n)/,
    put: "$1        RequestRecalled: { target: 'closed.withdrawn' },\n",
  },
  {
    file: 'packages/lifecycle/src/snapshot.ts',
    find: "new Set([\n  'OrderUndelivered',",
    put: "new Set([\n  'NoteTaken',\n  'OrderUndelivered',",
  },
  {
    file: 'packages/lifecycle/src/snapshot.ts',
    find: '  return JSON.stringify({ ...rest, causes',
    put: "  return JSON.stringify({ ...rest, shape: 'next', causes",
  },
  {
    file: 'packages/request-state/src/state-versions.ts',
    find: /(export const stateVersions = )[^\n]*/,
    put: '$1{ ledger: "next", validation: "next", dispatch: "next", desk: 1000 }',
  },
  {
    file: 'services/dispatch/src/orders/order-of-fact.ts',
    find: "  if (isFact(fact, 'RequestWithdrawn'))",
    put: "  if (isFact(fact, 'RequestRecalled')) return standDown(before, 'The requesting country recalled the request')\n$&",
  },
]

/** This tree patched to the next version, with further patches where wanted. Throws where a patch does not apply. */
export const makeNextVersion = (more: readonly Patch[] = []): Tree => makePatchedTree([...patches, ...more])
