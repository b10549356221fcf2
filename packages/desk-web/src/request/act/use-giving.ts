import type { CommandOutcome, RefusedCommand } from '@holdfast/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { post } from '../../api/client.ts'
import type { Act } from '../../commands/act.ts'
import { type ActResult, give, settle, type Wish } from '../../commands/give.ts'
import type { AnyFact } from '../../facts/history-pages.ts'

/** A command that the engine has taken and the ledger has not decided yet. */
export interface PendingAct {
  readonly commandId: string
  readonly command: Act['command']
  readonly wish: Wish
}

/** Gives commands on a request, and says which of them are not decided: until a fact or a refusal says that it came of one. */
export function useGiving(requestId: string, facts: readonly AnyFact[], refusals: readonly RefusedCommand[]) {
  const client = useQueryClient()
  const [pending, setPending] = useState<readonly PendingAct[]>([])

  async function giveAct({ command }: Act, data: unknown): Promise<ActResult> {
    const wish = { requestId, command, data }
    const given = await give(sessionStorage, wish, key =>
      post<CommandOutcome>(`/v1/requests/${requestId}/commands`, { command, data }, key),
    )
    if (given.is === 'pending')
      setPending(before => [...before.filter(act => act.commandId !== given.commandId), { ...given, command, wish }])
    // What is shown may be out of date either way: a no is often because the request has moved on.
    void client.invalidateQueries({ queryKey: ['request', requestId] })
    void client.invalidateQueries({ queryKey: ['actions', requestId] })
    return given
  }

  useEffect(() => {
    const causes = new Set([...facts, ...refusals].map(({ causationid }) => causationid))
    const decided = pending.filter(({ commandId }) => causes.has(commandId))
    if (decided.length === 0) return
    setPending(pending.filter(act => !decided.includes(act)))
    for (const { wish } of decided) void settle(sessionStorage, wish)
  }, [facts, refusals, pending])

  return { giveAct, pending }
}
