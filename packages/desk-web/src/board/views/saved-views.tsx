import { Link } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useTranslate } from '../../locales/index.ts'
import type { BoardSearch } from '../../saved-views/board-search.ts'
import { renamed, withoutSearch, withoutView, withView } from '../../saved-views/stored-views.ts'
import { useViews } from '../../saved-views/use-views.ts'
import { ViewName } from './view-name.tsx'

/** The saved views as a row of links, and a button to save the current one. */
export function SavedViews({ search }: { readonly search: BoardSearch }) {
  const t = useTranslate()
  const { views, change } = useViews()
  const [isNaming, setNaming] = useState<'new' | 'rename'>()
  const again = useRef<HTMLButtonElement>(null)
  const shown = withoutSearch(search)
  const key = JSON.stringify(shown)
  const current = views.find(view => JSON.stringify(view.search) === key && search.q === undefined)
  const hasSomething = Object.keys(shown).length > 0
  const end = (): void => {
    setNaming(undefined)
    // The button returns to the position of the form.
    requestAnimationFrame(() => again.current?.focus())
  }
  if (views.length === 0 && !hasSomething) return null
  return (
    <section className="cluster unprinted" aria-label={t('views.title')}>
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
            {t('views.rename')}
          </Button>
          <Button kind="small" onClick={() => change(all => withoutView(all, current.name))}>
            {t('views.remove')}
          </Button>
        </>
      )}
      {!isNaming && !current && hasSomething && (
        <Button ref={again} kind="small" onClick={() => setNaming('new')}>
          {t('views.save')}
        </Button>
      )}
    </section>
  )
}
