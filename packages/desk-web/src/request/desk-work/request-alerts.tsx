import type { AlertView } from '@holdfast/schemas'
import { ActorName } from '../../components/actor.tsx'
import { Button } from '../../components/button.tsx'
import { Instant } from '../../components/instant.tsx'
import { AlertCard, alertKey, namedBy } from '../../desk-work/alert-card.tsx'
import { doWork } from '../../desk-work/do-work.ts'
import { NotDone } from '../../desk-work/not-done.tsx'
import { useAct } from '../../desk-work/use-act.ts'
import { useWords } from '../../words/index.ts'

/** What somebody has to look at of a request, and who does. */
export function RequestAlerts({ alerts, onDone }: { readonly alerts: readonly AlertView[]; onDone(): void }) {
  const { work } = useWords()
  const { act, isBusy, problem } = useAct(onDone)
  if (alerts.length === 0) return null
  return (
    <>
      <h3>{work.alerts}</h3>
      <NotDone given={problem} />
      <ul className="stack">
        {alerts.map(alert => (
          <AlertCard key={alertKey(alert)} alert={alert} isOfAny={false}>
            {alert.acknowledged ? (
              <p className="small">
                ✓ {work.acknowledgedBy} <ActorName actor={alert.acknowledged.by} /> · <Instant at={alert.acknowledged.at} />
              </p>
            ) : (
              <div>
                <Button disabled={isBusy} onClick={() => void act(() => doWork('AlertAcknowledged', alert.requestId, namedBy(alert)))}>
                  {work.acknowledge}
                </Button>
              </div>
            )}
          </AlertCard>
        ))}
      </ul>
    </>
  )
}
