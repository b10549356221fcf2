import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { Loading } from '../../../components/loading.tsx'
import { NotReached } from '../../../components/not-reached.tsx'
import { Section } from '../../../components/section.tsx'
import { useDeskPerson, useRequestWork } from '../../../desk-work/use-work.ts'
import { useTranslate } from '../../../locales/index.ts'
import { Holder } from './holder.tsx'
import { Notes } from './notes.tsx'
import { RequestAlerts } from './request-alerts.tsx'
import { WorkLog } from './work-log.tsx'

/** The internal work of the reader's desk on a request: neither the other country nor a bank sees it. */
export function WorkSection({ requestId }: { readonly requestId: string }) {
  const me = useDeskPerson()
  return me === undefined ? null : <OfDesk requestId={requestId} me={me} />
}

function OfDesk({ requestId, me }: { readonly requestId: string; readonly me: string }) {
  const t = useTranslate()
  const { work, askAgain } = useRequestWork<PaymentStopTypes>(requestId)
  const [newest] = work.data?.pages ?? []
  const onDone = () => void askAgain()
  return (
    <Section title={t('work.title')} name="work">
      {work.isError && <NotReached retry={() => void work.refetch()} />}
      {work.isPending && (
        <div className="work-skeleton">
          <Loading />
        </div>
      )}
      {newest && (
        <>
          <Holder requestId={requestId} work={newest} me={me} onDone={onDone} />
          <RequestAlerts alerts={newest.alerts} onDone={onDone} />
          <Notes requestId={requestId} notes={newest.notes} onDone={onDone} />
          <WorkLog
            events={work.data?.pages.flatMap(({ events }) => events) ?? []}
            more={work.hasNextPage ? () => void work.fetchNextPage() : undefined}
          />
        </>
      )}
    </Section>
  )
}
