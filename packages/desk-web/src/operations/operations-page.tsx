import './operations.css'
import type { OperationsView } from '@holdfast/schemas'
import { signIn } from '../api/client.ts'
import { Button } from '../components/button.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useTranslate } from '../locales/index.ts'
import { useSession } from '../session/use-session.ts'
import { Block } from './block.tsx'
import { CircuitsTable } from './circuits-table.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { countStates, healthOfProcess } from './health-levels.ts'
import { Parked } from './parked.tsx'
import { ProcessesTable } from './processes-table.tsx'
import { ReadersTable } from './readers-table.tsx'
import { StateMark } from './state-mark.tsx'
import { useOperations } from './use-operations.ts'

/** The state of the engine, for operators. A member reads that the page is not for members. */
export function OperationsPage() {
  const { data: who } = useSession()
  return who?.role === 'operator' ? <Operations /> : <NotForYou />
}

function NotForYou() {
  const t = useTranslate()
  return (
    <div className="blank">
      <h1>{t('operations.notForYou')}</h1>
      <p className="quiet">{t('operations.notForYouWhy')}</p>
      <Button onClick={() => signIn(true)}>{t('operations.asOther')}</Button>
    </div>
  )
}

function Operations() {
  const t = useTranslate()
  const { data, isError, failureCount, refetch } = useOperations()
  return (
    <div className="limited stack gap-6">
      <header className="cluster baseline across-5">
        <h1>{t('operations.name')}</h1>
        {data && <AsOf at={data.asOf} isLost={failureCount > 0} />}
      </header>
      {isError && !data && <NotReached retry={() => void refetch()} />}
      {!data && !isError && <Loading />}
      {data && <Seen view={data} />}
      <Parked />
      <DeadLetters />
    </div>
  )
}

function Seen({ view }: { readonly view: OperationsView }) {
  const t = useTranslate()
  return (
    <>
      <Summary view={view} />
      <Block title={t('operations.services')}>
        <ProcessesTable processes={view.processes} asOf={view.asOf} />
      </Block>
      <Block title={t('operations.readers')}>
        <ReadersTable readers={view.readers} />
      </Block>
      <Block title={t('operations.circuits')} note={t('operations.circuitsNote')}>
        <CircuitsTable circuits={view.circuits} more={view.circuitsMore} />
      </Block>
    </>
  )
}

/** Announced to screen readers on change. */
function Summary({ view }: { readonly view: OperationsView }) {
  const t = useTranslate()
  const counts = countStates(view)
  return (
    <div role="status" className="operations-summary cluster across-6">
      {(['ready', 'notReady', 'late'] as const)
        .filter(state => state === 'ready' || counts[state] > 0)
        .map(state => (
          <StateMark key={state} standing={healthOfProcess[state]} word={`${t(`operations.states.${state}`)}: ${counts[state]}`} />
        ))}
      {view.missing.length > 0 && <StateMark standing="bad" word={t('operations.missing', { services: view.missing.join(', ') })} />}
    </div>
  )
}

function AsOf({ at, isLost }: { readonly at: string; readonly isLost: boolean }) {
  const t = useTranslate()
  const time = new Intl.DateTimeFormat(`${t.tag}-u-nu-latn`, { timeStyle: 'medium' }).format(new Date(at))
  return (
    <p className="live" data-live={!isLost}>
      {isLost ? t('operations.lost', { time }) : t('operations.asOf', { time })}
    </p>
  )
}
