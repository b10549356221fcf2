import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import type { BoardSearch } from '../../saved-views/board-search.ts'
import { renamed, withoutSearch, withoutView, withView } from '../../saved-views/stored-views.ts'
import { useViews } from '../../saved-views/use-views.ts'
import { useWords } from '../../words/index.ts'
import { ViewName } from './view-name.tsx'

/** The views that a person comes back to, as a row of links; and the one that is shown, to be kept as one. */
export function SavedViews({ search }: { readonly search: BoardSearch }) {
  const { views: words } = useWords()
  const { views, change } = useViews()
  const [isNaming, setNaming] = useState<'new' | 'rename'>()
  const again = useRef<HTMLButtonElement>(null)
  const shown = withoutSearch(search)
  const key = JSON.stringify(shown)
  const current = views.find(view => JSON.stringify(view.search) === key && search.q === undefined)
  const hasSomething = Object.keys(shown).length > 0
  const end = (): void => {
    setNaming(undefined)
    // The button comes back where the form was.
    requestAnimationFrame(() => again.current?.focus())
  }
  if (views.length === 0 && !hasSomething) return null
  return (
    <section className="cluster unprinted" aria-label={words.title}>
      {views.length > 0 && (
        <ul className="cluster">
          {views.map(view => (
            <li key={view.name}>
              <Link to="/" search={view.search} className="chip" aria-current={view === current ? 'page' : undefined}>
                <bdi>{view.name}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {isNaming && (
        <ViewName
          key={isNaming}
          name={isNaming === 'rename' ? (current?.name ?? '') : ''}
          isSearchLeftOut={search.q !== undefined}
          keep={name => {
            change(all => (isNaming === 'rename' && current ? renamed(all, current.name, name) : withView(all, { name, search: shown })))
            end()
          }}
          cancel={end}
        />
      )}
      {!isNaming && current && (
        <>
          <Button ref={again} kind="small" onClick={() => setNaming('rename')}>
            {words.rename}
          </Button>
          <Button kind="small" onClick={() => change(all => withoutView(all, current.name))}>
            {words.remove}
          </Button>
        </>
      )}
      {!isNaming && !current && hasSomething && (
        <Button ref={again} kind="small" onClick={() => setNaming('new')}>
          {words.save}
        </Button>
      )}
    </section>
  )
}
