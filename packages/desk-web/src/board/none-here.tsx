import { useNavigate } from '@tanstack/react-router'
import { Button } from '../components/button.tsx'
import { secretariat } from '../components/instant.tsx'
import type { BoardSearch } from '../saved-views/board-search.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/index.ts'

/** Why there is no row: nothing matches what is filtered, or there is nothing yet. In development it says how there comes to be something. */
export function NoneHere({ search: { sort: _, ...filters } }: { readonly search: BoardSearch }) {
  const words = useWords()
  const who = useSession().data
  const navigate = useNavigate({ from: '/' })
  if (Object.keys(filters).length > 0)
    return (
      <div className="blank quiet">
        <p>{words.noRequests}</p>
        <Button onClick={() => void navigate({ search: {} })}>{words.filters.clear}</Button>
      </div>
    )
  if (who?.unit !== undefined || who?.country === secretariat) return <p className="blank quiet">{words.sharing.noneYet}</p>
  return (
    <div className="blank quiet">
      <p>{words.noneYet}</p>
      {who?.development && (
        <p>
          {words.seeStory} <code dir="ltr">npm run demo -- --desk</code>
        </p>
      )}
    </div>
  )
}
