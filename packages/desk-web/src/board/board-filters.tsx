import type { Phase } from '@holdfast/schemas'
import { useNavigate } from '@tanstack/react-router'
import { Button } from '../components/button.tsx'
import { type BoardSearch, type ChangedSearch, offers, readBoardSearch, type Sort, sorts } from '../saved-views/board-search.ts'
import { useWords } from '../words/index.ts'
import { CorridorFilters } from './corridor-filters.tsx'

const phases: readonly Phase[] = ['received', 'verified', 'frozen', 'recovered', 'closed']

export function BoardFilters({ search }: { readonly search: BoardSearch }) {
  const words = useWords()
  const { filters } = words
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
          placeholder={filters.searchHint}
          aria-label={filters.search}
        />
      </form>
      <fieldset className="cluster">
        <legend className="unseen">{words.columns.state}</legend>
        {phases.map(phase => (
          <label key={phase} className="chip">
            <input
              type="checkbox"
              className="unseen"
              checked={search.phase === phase}
              onChange={event => change({ phase: event.target.checked ? phase : undefined })}
            />
            {words.phases[phase]}
          </label>
        ))}
      </fieldset>
      <div className="filter-row cluster whole across-5">
        <CorridorFilters search={search} change={change} />
        <label className="cluster">
          <span className="quiet small">{filters.sort}</span>
          <select
            className="input fitted"
            value={search.sort ?? 'opened'}
            onChange={event => change({ sort: event.target.value === 'opened' ? undefined : (event.target.value as Sort) })}
          >
            {sorts.map(sort => (
              <option key={sort} value={sort} disabled={!offers(sort, search)}>
                {filters.sorts[sort]}
              </option>
            ))}
          </select>
        </label>
        {Object.keys(search).length > 0 && <Button onClick={() => void navigate({ search: {} })}>{filters.clear}</Button>}
      </div>
    </search>
  )
}
