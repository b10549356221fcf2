import type { PaymentStopAlert } from '@holdfast/payment-stop/language'
import { ActorName } from '../../../components/actor.tsx'
import { Button } from '../../../components/button.tsx'
import { Instant } from '../../../components/instant.tsx'
import { AlertCard, alertKey, namedBy } from '../../../desk-work/alert-card.tsx'
import { doWork } from '../../../desk-work/do-work.ts'
import { NotDone } from '../../../desk-work/not-done.tsx'
import { useAct } from '../../../desk-work/use-act.ts'
import { useTranslate } from '../../../locales/index.ts'

/** The alerts of a request, and who acknowledged them. */
export function RequestAlerts({ alerts, onDone }: { readonly alerts: readonly PaymentStopAlert[]; onDone(): void }) {
  const t = useTranslate()
  const { act, isBusy, problem } = useAct(onDone)
  if (alerts.length === 0) return null
  return (
    <>
      <h3>{t('work.alerts')}</h3>
      <NotDone result={problem} />
      <ul className="stack">
        {alerts.map(alert => (
          <AlertCard key={alertKey(alert)} alert={alert} isOfAny={false}>
            {alert.acknowledged ? (
              <p className="small">
                ✓ {t('work.acknowledgedBy')} <ActorName actor={alert.acknowledged.by} /> · <Instant at={alert.acknowledged.at} />
              </p>
            ) : (
              <div>
                <Button disabled={isBusy} onClick={() => void act(() => doWork('AlertAcknowledged', alert.requestId, namedBy(alert)))}>
                  {t('work.acknowledge')}
                </Button>
              </div>
            )}
          </AlertCard>
        ))}
      </ul>
    </>
  )
}
