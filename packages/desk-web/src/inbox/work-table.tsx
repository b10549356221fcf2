import type { InboxItem } from '@holdfast/schemas'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { Changed } from '../components/changed.tsx'
import { useHeld } from '../components/use-held.ts'
import { useTranslate } from '../locales/index.ts'
import { BulkBar } from './bulk-bar.tsx'
import { HandOver } from './hand-over.tsx'
import { ListStates } from './list-states.tsx'
import { askInboxAgain, useInbox } from './use-inbox.ts'
import { WorkRow } from './work-row.tsx'

const isSame = (one: readonly InboxItem[], other: readonly InboxItem[]): boolean =>
  one.length === other.length && one.every(({ request }, index) => request.requestId === other[index]?.request.requestId)

/** Open requests, of which several can be selected for one action. */
export function WorkTable({ kind, me }: { readonly kind: 'me' | 'unassigned'; readonly me: string }) {
  const t = useTranslate()
  const client = useQueryClient()
  const list = useInbox(kind)
  const now = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set())
  const [hasFocus, setFocus] = useState(false)
  const [message, setMessage] = useState('')
  const status = useRef<HTMLParagraphElement>(null)
  const held = useHeld(now, hasFocus || chosen.size > 0, isSame)
  const ids = held.shown.map(({ request }) => request.requestId)
  const toggle = (id: string) => choose(new Set(chosen.has(id) ? [...chosen].filter(each => each !== id) : [...chosen, id]))

  /** Done requests leave the list, so the focus moves to the message. */
  function finish(sentence: string, stay: readonly string[]): void {
    choose(new Set(stay))
    setMessage(sentence)
    status.current?.focus()
    held.show()
    askInboxAgain(client)
  }

  return (
    <>
      <div className="cluster across-3">
        {kind === 'me' && <HandOver finish={finish} />}
        <p ref={status} role="status" tabIndex={-1}>
          {message}
        </p>
      </div>
      <Changed held={held} />
      <ListStates list={list} isEmpty={ids.length === 0} none={t(`work.none.${kind}`)}>
        {ids.length > 0 && (
          <>
            <BulkBar ids={ids} chosen={chosen} choose={choose} kind={kind} me={me} finish={finish} />
            <ul
              className="card"
              onFocus={() => setFocus(true)}
              onBlur={({ currentTarget, relatedTarget }) => setFocus(currentTarget.contains(relatedTarget))}
            >
              {held.shown.map(item => (
                <WorkRow
                  key={item.request.requestId}
                  item={item}
                  isChosen={chosen.has(item.request.requestId)}
                  toggle={() => toggle(item.request.requestId)}
                />
              ))}
            </ul>
          </>
        )}
      </ListStates>
    </>
  )
}
