import type { Problem } from '@holdfast/schemas'
import { pointerLabel } from '../components/codes.tsx'
import { EngineText } from '../components/engine-text.tsx'
import { useTranslate } from '../locales/index.ts'

interface RefusalProps {
  readonly code: string
  readonly message: string
  readonly problems?: readonly Problem[]
}

/** What to do about a refusal, in the reader's language; with the engine's own text and problems. */
export function RefusalText({ code, message, problems = [] }: RefusalProps) {
  const t = useTranslate()
  const text = t.find(`refusals.${code}`) ?? t('request.act.refused')
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

/** A problem at a field that is not on the screen: the field in the reader's language, the problem in the engine's. */
function PlacedProblem({ path, message }: Problem) {
  const t = useTranslate()
  return (
    <>
      ! <bdi>{pointerLabel(path, t)}</bdi> <EngineText message={message}>{t.tag === 'en' ? '' : t('unusable')}</EngineText>
    </>
  )
}
