import { type DestructionCause, destructionCauses } from '@holdfast/schemas'
import { Command, Option } from 'commander'
import { Failure, type Terminal } from '../terminal.ts'
import { withKeys } from './with-keys.ts'

const about = `
The engine destroys keys itself when a fact says so. Use this command only for a request that is parked at the ledger because its facts cannot be applied: its
erasure waits there, and the log says so ("An erasure waits").
First check that two officers of one country and role ordered it: "holdfast parked show ID". Nothing brings the keys back. Once the request is repaired and
redriven, the ledger decides the order and records the destruction with the time of this command.

Example:
  holdfast keys destroy 0190b7c2-1111-7abc-8def-0123456789ab
`

export const keysDestroyCommand = (terminal: Terminal): Command =>
  new Command('destroy')
    .description('destroy the keys of one request whose erasure cannot be decided')
    .argument('<request>', 'its id')
    .addOption(new Option('--because <cause>', 'why').choices(destructionCauses).default('ERASURE_ORDERED'))
    .addHelpText('after', about)
    .action(async (requestId: string, { because }: { readonly because: DestructionCause }) => {
      const { keys, destroyedAt } = await withKeys(terminal, async ({ ring, store }) => {
        if (!(await isKnown(requestId, [store.pagesOfRequestKeys(), store.pagesOfDestructions()])))
          throw new Failure(`The key store has no key of request ${requestId}. Check the id.`)
        await ring.intend(requestId, because)
        return ring.destroy(requestId)
      })
      await terminal.write(`keys of request ${requestId} destroyed at ${destroyedAt}: ${keys.length}\n`)
    })

async function isKnown(requestId: string, lists: readonly AsyncIterable<readonly { readonly requestId: string }[]>[]): Promise<boolean> {
  for (const list of lists) for await (const page of list) if (page.some(each => each.requestId === requestId)) return true
  return false
}
