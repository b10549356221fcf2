import type { AlertView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Countries } from '../components/countries.tsx'
import { Instant } from '../components/instant.tsx'
import { PhaseMark } from '../components/phase.tsx'
import { FactName } from '../facts/fact-name.tsx'
import { useTranslate } from '../locales/index.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'

/** An alert, with its request unless that is the shown one. */
export function AlertCard({
  alert,
  isOfAny,
  children,
}: {
  readonly alert: AlertView
  readonly isOfAny: boolean
  readonly children?: ReactNode
}) {
  const t = useTranslate()
  const { alertText, countriesOf } = usePageWorkflow()
  const text = alertText(alert, t)
  return (
    <li className="card alert cluster across-4">
      <div className="alert-said stack gap-1">
        <p>
          <Instant at={alert.time} /> ·{' '}
          <strong>
            <FactName type={alert.fact} />
          </strong>
        </p>
        <p>
          {text ?? (
            <bdi lang="en" dir="ltr">
              {alert.message}
            </bdi>
          )}
        </p>
        {isOfAny && (
          <p className="small">
            <Link to="/requests/$id" params={{ id: alert.requestId }} search={{ at: alert.sequence }}>
              <bdi>{alert.caseReference}</bdi>
            </Link>{' '}
            <Countries codes={countriesOf(alert)} /> <PhaseMark phase={alert.phase} />
          </p>
        )}
      </div>
      {children}
    </li>
  )
}

export const alertKey = ({ requestId, fact, sequence, time }: AlertView): string => `${requestId}/${fact}/${sequence}/${time}`

/** The key of an alert in an acknowledgement. */
export const namedBy = ({ fact, sequence, time }: AlertView) => ({ fact, sequence, time })
