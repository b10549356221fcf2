import type { FreezeRequest, PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { ActionList, ActionView, RefusedCommand } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { memo, useState } from 'react'
import { get } from '../../../api/client.ts'
import type { Act } from '../../../commands/act.ts'
import { drafts } from '../../../commands/drafts.ts'
import { RefusalText } from '../../../commands/refusal-text.tsx'
import { Button } from '../../../components/button.tsx'
import { Loading } from '../../../components/loading.tsx'
import { NotReached } from '../../../components/not-reached.tsx'
import { Section } from '../../../components/section.tsx'
import { useTranslate } from '../../../locales/index.ts'
import type { AnyFact } from '../../facts/any-fact.ts'
import { ActDialog } from './act-dialog.tsx'
import { defaultsOf } from './defaults.ts'
import { Proposals } from './proposals.tsx'
import { useKeptDraft } from './use-draft.ts'
import { useGiving } from './use-giving.ts'

interface ActionsProps {
  readonly request: PaymentStopView
  readonly facts: readonly AnyFact[]
  readonly refusals: readonly RefusedCommand[]
  readonly document: Partial<FreezeRequest> | undefined
  readonly isNow: boolean
}

type Allowed = Extract<ActionView<PaymentStopTypes>, { may: true }>
type Denied = Extract<ActionView<PaymentStopTypes>, { may: false }>

/** Open proposals, available actions, and unavailable ones with the reason. */
export const Actions = memo(function Actions({ request, facts, refusals, document, isNow }: ActionsProps) {
  const t = useTranslate()
  const { requestId } = request
  const list = useQuery({
    queryKey: ['actions', requestId],
    queryFn: ({ signal }) => get<ActionList<PaymentStopTypes>>(`/v1/requests/${requestId}/actions`, signal),
  })
  const { giveAct, pending } = useGiving(requestId, facts, refusals)
  const [act, begin] = useState<Act>()
  useKeptDraft(requestId, list.data?.actions, begin)
  const actions = list.data?.actions ?? []
  const allowed = actions.filter((action): action is Allowed => action.may)
  const denied = actions.filter((action): action is Denied => !action.may)
  return (
    <>
      {request.proposals.length > 0 && (
        <Section title={t('request.proposals')}>
          <Proposals request={request} facts={facts} allowed={allowed} begin={begin} />
        </Section>
      )}
      <Section title={t('request.actions')} name="request-actions">
        {!isNow && <p className="small">{t('request.act.ofNow')}</p>}
        <div role="status">
          {pending.map(({ commandId, command }) => (
            <p key={commandId} className="pending">
              <b>{t(`commands.${command}`)}</b>: {t('request.pending')}
            </p>
          ))}
        </div>
        {list.isError && <NotReached what={t('request.act.unknown')} retry={() => void list.refetch()} />}
        {list.isPending && <Loading />}
        {list.data && allowed.length === 0 && <p className="quiet">{t('request.act.nothing')}</p>}
        <ul className="cluster">
          {allowed.map(({ command, needsApproval }) => (
            <li key={command}>
              <Button onClick={() => begin({ command: command as Act['command'], needsApproval: needsApproval })}>
                {t.find(`commands.${command}`) ?? command}
              </Button>
            </li>
          ))}
        </ul>
        {denied.length > 0 && <DeniedList denied={denied} />}
      </Section>
      {act && (
        <ActDialog
          key={`${act.command} ${act.second === undefined}`}
          act={act}
          request={request}
          defaults={act.values ?? defaultsOf(act.command, request, document)}
          give={giveAct}
          close={() => {
            drafts.discard()
            begin(undefined)
          }}
        />
      )}
    </>
  )
})

function DeniedList({ denied }: { readonly denied: readonly Denied[] }) {
  const t = useTranslate()
  return (
    <details>
      <summary>{t('request.unavailableActions')}</summary>
      <ul className="stack">
        {denied.map(({ command, code, message }) => (
          <li key={command}>
            <b>{t.find(`commands.${command}`) ?? command}</b>
            <RefusalText code={code} message={message} />
          </li>
        ))}
      </ul>
    </details>
  )
}
