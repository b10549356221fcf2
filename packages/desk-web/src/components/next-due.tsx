import type { Deadline } from '@holdfast/schemas'
import { useWords } from '../words/index.ts'
import { Countdown } from './countdown.tsx'
import { nextGroup } from './deadline-groups.ts'

/** What somebody has to act on next, counted down; of the end of a hold, when it is warned of before. */
export function NextDue({ deadlines }: { readonly deadlines: readonly Deadline[] }) {
  const words = useWords()
  const next = nextGroup(deadlines)
  if (!next) return <span className="quiet">{words.noDeadline}</span>
  const { deadline, warnings } = next
  return (
    <>
      <Countdown dueAt={deadline.dueAt} />{' '}
      <span className="quiet small">
        {words.deadlines[deadline.kind]}
        {warnings[0] && (
          <>
            {' · '}
            {words.warning} <Countdown dueAt={warnings[0].dueAt} />
          </>
        )}
      </span>
    </>
  )
}
