import type { Finding } from '@holdfast/schemas'
import { memo, useState } from 'react'
import { ActorName } from '../../components/actor.tsx'
import { Instant } from '../../components/instant.tsx'
import { ChangeTable } from '../../facts/change-table.tsx'
import { FactName } from '../../facts/fact-name.tsx'
import { BodyValues, Findings } from '../../facts/fact-values.tsx'
import type { AnyFact } from '../../facts/history-pages.ts'
import { kindOf } from '../../facts/kind-of.ts'
import { changesBetween, type RequestState } from '../../facts/resulting-state.ts'
import { useWords } from '../../words/index.ts'

interface FactRowProps {
  readonly fact: AnyFact
  readonly before: RequestState | undefined
  readonly after: RequestState
  /** The number of the fact that caused it, where a fact of this history did. */
  readonly cause: number | undefined
  readonly isShown: boolean
  readonly isLater: boolean
}

/** A fact: when, what, by whom, because of what, and what it changed. */
export const FactRow = memo(function FactRow({ fact, before, after, cause, isShown, isLater }: FactRowProps) {
  const words = useWords()
  const { request } = words
  const kind = kindOf(fact)
  const isKnown = Object.hasOwn(words.facts, kind)
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
        {request.by} <ActorName actor={fact.actor} />
        {typeof body.proposedBy === 'string' && (
          <>
            , {request.firstBy} <ActorName actor={body.proposedBy} />
          </>
        )}
        {' · '}
        {request.because}{' '}
        {cause === undefined ? (
          <>
            {request.causedByCommand} <bdi className="figures">{fact.causationid.slice(0, 8)}</bdi>
          </>
        ) : (
          request.causedByFact(cause)
        )}
      </p>
      {!isKnown && <p className="small">{request.unknownFact(`\u2068${kind}\u2069`)}</p>}
      {isKnown && <BodyValues body={body} />}
      {findings.length > 0 && <Findings findings={findings} />}
      {changes.length > 0 ? (
        <ChangeTable title={request.differs} changes={changes} before={request.changes.before} after={request.changes.after} />
      ) : (
        <p className="small quiet">{request.changes.none}</p>
      )}
      <WholeFact fact={fact} />
    </li>
  )
})

/** The fact as it came; it is written out when it is opened, since a history can have a thousand of them. */
function WholeFact({ fact }: { readonly fact: AnyFact }) {
  const { request } = useWords()
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={event => setOpen(event.currentTarget.open)}>
      <summary className="small">{request.data}</summary>
      {isOpen && (
        <pre className="small" dir="ltr">
          <bdi>{JSON.stringify(fact, null, 2)}</bdi>
        </pre>
      )}
    </details>
  )
}
