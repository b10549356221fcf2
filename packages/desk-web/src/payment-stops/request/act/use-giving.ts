import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { CommandOutcome, RefusedCommand } from '@holdfast/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { post } from '../../../api/client.ts'
import type { Act } from '../../../commands/act.ts'
import { type ActResult, give, settle, type Wish } from '../../../commands/give.ts'
import type { AnyFact } from '../../facts/any-fact.ts'

/** A command that the engine has accepted and the ledger has not decided yet. */
export interface PendingAct {
  readonly commandId: string
  readonly command: Act['command']
  readonly wish: Wish
}

/** Sends commands on a request, and lists the undecided ones until a fact or a refusal names them as its cause. */
export function useGiving(requestId: string, facts: readonly AnyFact[], refusals: readonly RefusedCommand[]) {
  const client = useQueryClient()
  const [pending, setPending] = useState<readonly PendingAct[]>([])

  async function giveAct({ command }: Act, data: unknown): Promise<ActResult> {
    const wish = { requestId, command, data }
    const result = await give(sessionStorage, wish, key =>
      post<CommandOutcome<PaymentStopTypes>>(`/v1/requests/${requestId}/commands`, { command, data }, key),
    )
    if (result.is === 'pending')
      setPending(before => [...before.filter(act => act.commandId !== result.commandId), { ...result, command, wish }])
    // The shown data may be outdated either way: a refusal is often due to a change of the request.
    void client.invalidateQueries({ queryKey: ['request', requestId] })
    void client.invalidateQueries({ queryKey: ['actions', requestId] })
    return result
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
