import type { RefusedCommand } from '@holdfast/schemas'
import { ActorName } from '../parts/actor.tsx'
import { Instant } from '../parts/instant.tsx'
import { useWords } from '../words/index.ts'
import type { MemberCommand } from './act/act.ts'

/** What was refused beside the history: who asked what, and why not. */
export function RefusedCommands({ items }: { readonly items: readonly RefusedCommand[] }) {
  const words = useWords()
  if (items.length === 0) return <p className="quiet">{words.request.noRefused}</p>
  return (
    <ul className="refused">
      {items.toReversed().map(({ id, time, actor, data }) => (
        <li key={id}>
          <b>{words.commands[data.command as MemberCommand] ?? data.command}</b> · <Instant at={time} /> ·{' '}
          <span className="small">
            <ActorName actor={actor} />
          </span>
          {data.late && <p className="small urgent">! {words.request.late}</p>}
          <RefusalText code={data.code} message={data.message} />
        </li>
      ))}
    </ul>
  )
}

/** What to do about a no in the reader's words, where there are some, and the engine's own. */
export function RefusalText({ code, message }: { readonly code: string; readonly message: string }) {
  const { refusals } = useWords()
  const text = (refusals as Readonly<Record<string, string>>)[code]
  return (
    <p className="small">
      {text}{' '}
      <bdi lang="en" className="quiet">
        {message}
      </bdi>
    </p>
  )
}
