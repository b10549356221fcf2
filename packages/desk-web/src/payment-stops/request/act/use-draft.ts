import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import type { ActionList } from '@holdfast/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Act } from '../../../commands/act.ts'
import { type Draft, drafts } from '../../../commands/drafts.ts'
import { sessionQuery, useSession } from '../../../session/use-session.ts'

/**
 * Keeps the draft if the session ends while its form is open: the form is then no longer shown. Returns a function to
 * keep it before a new sign-in.
 */
export function useDraft(draft: Draft | undefined): () => void {
  const client = useQueryClient()
  const who = useSession().data
  // Who signs in later in another tab does not become its owner.
  const [owner] = useState(() => who && drafts.ownerOf(who))
  const keep = useRef<() => void>(undefined)
  useEffect(() => {
    keep.current = () => draft && owner && drafts.keep(draft, owner)
  })
  useEffect(
    () => () => {
      if (client.getQueryData(sessionQuery.queryKey) === null) keep.current?.()
    },
    [client],
  )
  return () => keep.current?.()
}

/** Opens the form of the kept draft once it is known that its command is still available. */
export function useKeptDraft(
  requestId: string,
  actions: ActionList<PaymentStopTypes>['actions'] | undefined,
  begin: (act: Act) => void,
): void {
  const who = useSession().data
  const isTaken = useRef(false)
  useEffect(() => {
    if (!who || !actions || isTaken.current) return
    isTaken.current = true
    const draft = drafts.take(who, requestId)
    const action = actions.find(({ command, may }) => may && command === draft?.command)
    if (!draft || !action?.may) return
    begin({ command: draft.command as Act['command'], needsApproval: action.needsApproval, values: draft.values })
  }, [who, actions, requestId, begin])
}
