import type { AlertView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Arrow } from '../components/arrow.tsx'
import { CountryName, Instant } from '../components/instant.tsx'
import { PhaseMark } from '../components/phase.tsx'
import { useWords } from '../words/index.ts'
import { alertText } from './alert-text.ts'

/** What has to be looked at, and of which request it is where that is not the one that is shown. */
export function AlertCard({
  alert,
  isOfAny,
  children,
}: {
  readonly alert: AlertView
  readonly isOfAny: boolean
  readonly children?: ReactNode
}) {
  const words = useWords()
  const text = alertText(alert, words)
  return (
    <li className="card alert cluster across-4">
      <div className="alert-said stack gap-1">
        <p>
          <Instant at={alert.time} /> · <strong>{words.facts[alert.fact]}</strong>
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
            <CountryName code={alert.requestingCountry} /> <Arrow /> <CountryName code={alert.beneficiaryCountry} />{' '}
            <PhaseMark phase={alert.phase} />
          </p>
        )}
      </div>
      {children}
    </li>
  )
}

export const alertKey = ({ requestId, fact, sequence, time }: AlertView): string => `${requestId}/${fact}/${sequence}/${time}`

/** By what an acknowledgement names an alert. */
export const namedBy = ({ fact, sequence, time }: AlertView) => ({ fact, sequence, time })
