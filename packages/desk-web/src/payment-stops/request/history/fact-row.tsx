import type { Finding } from '@holdfast/schemas'
import { memo, useState } from 'react'
import { ActorName } from '../../../components/actor.tsx'
import { Instant } from '../../../components/instant.tsx'
import { FactName } from '../../../facts/fact-name.tsx'
import { kindOf } from '../../../facts/kind-of.ts'
import { useTranslate } from '../../../locales/index.ts'
import type { AnyFact } from '../../facts/any-fact.ts'
import { ChangeTable } from '../../facts/change-table.tsx'
import { BodyValues, Findings } from '../../facts/fact-values.tsx'
import { changesBetween, type RequestState } from '../../facts/resulting-state.ts'

interface FactRowProps {
  readonly fact: AnyFact
  readonly before: RequestState | undefined
  readonly after: RequestState
  /** The number of the causing fact, if it is in this history. */
  readonly cause: number | undefined
  readonly isShown: boolean
  readonly isLater: boolean
}

/** A fact: time, kind, actor, cause and changes. */
export const FactRow = memo(function FactRow({ fact, before, after, cause, isShown, isLater }: FactRowProps) {
  const t = useTranslate()
  const kind = kindOf(fact)
  const isKnown = t.find(`facts.${kind}`) !== undefined
  const body = fact.data as Readonly<Record<string, unknown>>
  const findings = Array.isArray(body.findings) ? (body.findings as readonly Finding[]) : []
  const changes = changesBetween(before, after)
  return (
    <li className="fact" data-shown={isShown || undefined} data-later={isLater || undefined} aria-current={isShown ? 'step' : undefined}>
      <div className="cluster baseline gap-3">
        <span className="fact-number figures quiet">{fact.sequence}</span>
        <h3>
          <FactName type={fact.type} />
        </h3>
        <Instant at={fact.time} />
      </div>
      <p className="small quiet">
        {t('request.by')} <ActorName actor={fact.actor} />
        {typeof body.proposedBy === 'string' && (
          <>
            , {t('request.firstBy')} <ActorName actor={body.proposedBy} />
          </>
        )}
        {' · '}
        {t('request.because')}{' '}
        {cause === undefined ? (
          <>
            {t('request.causedByCommand')} <bdi className="figures">{fact.causationid.slice(0, 8)}</bdi>
          </>
        ) : (
          t('request.causedByFact', { n: cause })
        )}
      </p>
      {!isKnown && <p className="small">{t('request.unknownFact', { kind: `\u2068${kind}\u2069` })}</p>}
      {isKnown && <BodyValues body={body} />}
      {findings.length > 0 && <Findings findings={findings} />}
      {changes.length > 0 ? (
        <ChangeTable
          title={t('request.differs')}
          changes={changes}
          before={t('request.changes.before')}
          after={t('request.changes.after')}
        />
      ) : (
        <p className="small quiet">{t('request.changes.none')}</p>
      )}
      <WholeFact fact={fact} />
    </li>
  )
})

/** The raw fact, written only when it is opened, because a history can have a thousand of them. */
function WholeFact({ fact }: { readonly fact: AnyFact }) {
  const t = useTranslate()
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={event => setOpen(event.currentTarget.open)}>
      <summary className="small">{t('request.data')}</summary>
      {isOpen && (
        <pre className="small" dir="ltr">
          <bdi>{JSON.stringify(fact, null, 2)}</bdi>
        </pre>
      )}
    </details>
  )
}
