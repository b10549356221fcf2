import type { RefusedCommand } from '@holdfast/schemas'
import type { MemberCommand } from '../commands/act.ts'
import { RefusalText } from '../commands/refusal-text.tsx'
import { ActorName } from '../components/actor.tsx'
import { Instant } from '../components/instant.tsx'
import { useWords } from '../words/index.ts'

/** What was refused beside the history: who asked what, and why not. */
export function RefusedCommands({ items }: { readonly items: readonly RefusedCommand[] }) {
  const words = useWords()
  if (items.length === 0) return <p className="quiet">{words.request.noRefused}</p>
  return (
    <ul className="stack">
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
