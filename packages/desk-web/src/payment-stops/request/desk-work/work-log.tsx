import type { WorkEvent } from '@holdfast/schemas'
import type { ReactNode } from 'react'
import { ActorName } from '../../../components/actor.tsx'
import { Button } from '../../../components/button.tsx'
import { ErasedData } from '../../../components/erased-data.tsx'
import { Instant } from '../../../components/instant.tsx'
import { kindOf } from '../../../facts/kind-of.ts'
import { type Translate, useTranslate } from '../../../locales/index.ts'
import { fieldName } from '../../document/field-names.ts'

interface WorkLogProps {
  readonly events: readonly WorkEvent[]
  /** Set if there are older events. */
  readonly more: (() => void) | undefined
}

/** All work of the reader's desk on a request, newest first. */
export function WorkLog({ events, more }: WorkLogProps) {
  const t = useTranslate()
  if (events.length === 0) return null
  return (
    <details>
      <summary>{t('work.log')}</summary>
      <ol className="stack" reversed>
        {events.map(event => (
          <li key={event.id}>
            <b>{kindWord(event, t)}</b> <What event={event} />
            <p className="quiet small">
              <ActorName actor={event.actor} /> · <Instant at={event.time} />
            </p>
          </li>
        ))}
      </ol>
      {more && (
        <Button kind="small" onClick={more}>
          {t('work.logMore')}
        </Button>
      )}
    </details>
  )
}

/** Of a kind of a newer engine its own name is said. */
const kindWord = (event: WorkEvent, t: Translate): string => t.find(`work.kinds.${kindOf(event)}`) ?? kindOf(event)

/** The free text of an event; nothing if it is erased. */
function What({ event }: { readonly event: WorkEvent }): ReactNode {
  const t = useTranslate()
  switch (event.type) {
    case 'holdfast.work.v1.RequestAssigned':
      return event.data.to === null ? t('work.givenBack') : <bdi>{t('work.given', { person: event.data.to })}</bdi>
    case 'holdfast.work.v1.ShiftHandedOver':
      return (
        <>
          <bdi>{t('work.given', { person: event.data.to })}</bdi>
          <span className="note-text small" dir="auto">
            {event.data.summary ?? <ErasedData />}
          </span>
        </>
      )
    case 'holdfast.work.v1.RequestSnoozed':
      return event.data.until === null ? (
        t('work.woken')
      ) : (
        <>
          {t('work.until')} <Instant at={event.data.until} />
        </>
      )
    case 'holdfast.work.v1.AlertAcknowledged':
      return t.find(`facts.${event.data.fact}`) ?? event.data.fact
    case 'holdfast.work.v1.FieldRevealed':
      return (
        <>
          <span>{fieldName(event.data.path, t)}</span>: <bdi>{event.data.purpose ?? <ErasedData />}</bdi>
        </>
      )
    default:
      return null
  }
}
