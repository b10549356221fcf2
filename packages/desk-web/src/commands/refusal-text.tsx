import type { Problem } from '@holdfast/schemas'
import { pointerLabel } from '../components/codes.tsx'
import { EngineText } from '../components/engine-text.tsx'
import { useWords } from '../words/index.ts'

interface RefusalProps {
  readonly code: string
  readonly message: string
  readonly problems?: readonly Problem[]
}

/** What to do about a no in the reader's words; the engine's own, of this case, with the places of what was wrong. */
export function RefusalText({ code, message, problems = [] }: RefusalProps) {
  const words = useWords()
  const text = (words.refusals as Readonly<Record<string, string>>)[code] ?? words.request.act.refused
  return (
    <div className="small">
      <EngineText message={message}>{text}</EngineText>
      {problems.length > 0 && (
        <ul>
          {problems.map(problem => (
            <li key={problem.path + problem.message}>
              <PlacedProblem {...problem} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** What is wrong at a place that is not on the screen: which field, in the reader's words, and what of it in the engine's. */
function PlacedProblem({ path, message }: Problem) {
  const words = useWords()
  return (
    <>
      ! <bdi>{pointerLabel(path, words)}</bdi> <EngineText message={message}>{words.tag === 'en' ? '' : words.unusable}</EngineText>
    </>
  )
}
