import { useNavigate } from '@tanstack/react-router'
import { Button } from '../components/button.tsx'
import { stateName } from '../components/codes.tsx'
import { useTranslate } from '../locales/index.ts'
import { type BoardSearch, type ChangedSearch, offers, readBoardSearch, type Sort, sorts } from '../saved-views/board-search.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'
import { CorridorFilters } from './corridor-filters.tsx'

export function BoardFilters({ search }: { readonly search: BoardSearch }) {
  const t = useTranslate()
  const { phases } = usePageWorkflow()
  const navigate = useNavigate({ from: '/' })
  const change = (changed: ChangedSearch): void => void navigate({ search: before => readBoardSearch({ ...before, ...changed }) })
  return (
    <search className="cluster across-3">
      <form
        className="search"
        onSubmit={event => {
          event.preventDefault()
          change({ q: String(new FormData(event.currentTarget).get('q') ?? '') || undefined })
        }}
      >
        <input
          key={search.q}
          id="board-search"
          className="input"
          type="search"
          name="q"
          defaultValue={search.q}
          placeholder={t('filters.searchHint')}
          aria-label={t('filters.search')}
        />
      </form>
      <fieldset className="cluster">
        <legend className="unseen">{t('columns.state')}</legend>
        {[...phases.keys()].map(phase => (
          <label key={phase} className="chip">
            <input
              type="checkbox"
              className="unseen"
              checked={search.phase === phase}
              onChange={event => change({ phase: event.target.checked ? phase : undefined })}
            />
            {stateName(phase, t)}
          </label>
        ))}
      </fieldset>
      <div className="filter-row cluster whole across-5">
        <CorridorFilters search={search} change={change} />
        <label className="cluster">
          <span className="quiet small">{t('filters.sort')}</span>
          <select
            className="input fitted"
            value={search.sort ?? 'opened'}
            onChange={event => change({ sort: event.target.value === 'opened' ? undefined : (event.target.value as Sort) })}
          >
            {sorts.map(sort => (
              <option key={sort} value={sort} disabled={!offers(sort, search)}>
                {t(`filters.sorts.${sort}`)}
              </option>
            ))}
          </select>
        </label>
        {Object.keys(search).length > 0 && <Button onClick={() => void navigate({ search: {} })}>{t('filters.clear')}</Button>}
      </div>
    </search>
  )
}
