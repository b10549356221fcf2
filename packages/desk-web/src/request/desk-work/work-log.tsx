import type { WorkEvent } from '@holdfast/schemas'
import type { ReactNode } from 'react'
import { ActorName } from '../../components/actor.tsx'
import { Button } from '../../components/button.tsx'
import { wordIn } from '../../components/codes.tsx'
import { ErasedData } from '../../components/erased-data.tsx'
import { Instant } from '../../components/instant.tsx'
import { fieldName } from '../../document/field-names.ts'
import { kindOf } from '../../facts/kind-of.ts'
import { useWords, type Words } from '../../words/index.ts'

interface WorkLogProps {
  readonly events: readonly WorkEvent[]
  /** There where there are older ones. */
  readonly more: (() => void) | undefined
}

/** Everything that was done of a request at the reader's desk, newest first. */
export function WorkLog({ events, more }: WorkLogProps) {
  const words = useWords()
  if (events.length === 0) return null
  return (
    <details>
      <summary>{words.work.log}</summary>
      <ol className="stack" reversed>
        {events.map(event => (
          <li key={event.id}>
            <b>{kindWord(event, words)}</b> <What event={event} />
            <p className="quiet small">
              <ActorName actor={event.actor} /> · <Instant at={event.time} />
            </p>
          </li>
        ))}
      </ol>
      {more && (
        <Button kind="small" onClick={more}>
          {words.work.logMore}
        </Button>
      )}
    </details>
  )
}

/** Of a kind of a newer engine its own name is said. */
const kindWord = (event: WorkEvent, { work }: Words): string => wordIn(work.kinds, kindOf(event))

/** What a person wrote is not there where its words can't be read. */
function What({ event }: { readonly event: WorkEvent }): ReactNode {
  const words = useWords()
  const { work } = words
  switch (event.type) {
    case 'holdfast.work.v1.RequestAssigned':
      return event.data.to === null ? work.givenBack : <bdi>{work.given(event.data.to)}</bdi>
    case 'holdfast.work.v1.ShiftHandedOver':
      return (
        <>
          <bdi>{work.given(event.data.to)}</bdi>
          <span className="note-text small" dir="auto">
            {event.data.summary ?? <ErasedData />}
          </span>
        </>
      )
    case 'holdfast.work.v1.RequestSnoozed':
      return event.data.until === null ? (
        work.woken
      ) : (
        <>
          {work.until} <Instant at={event.data.until} />
        </>
      )
    case 'holdfast.work.v1.AlertAcknowledged':
      return words.facts[event.data.fact]
    case 'holdfast.work.v1.FieldRevealed':
      return (
        <>
          <span>{fieldName(event.data.path, words)}</span>: <bdi>{event.data.purpose ?? <ErasedData />}</bdi>
        </>
      )
    default:
      return null
  }
}
