import type { ListedCountry } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { countryName } from '../components/instant.tsx'
import { type Age, ages, type BoardSearch, type ChangedSearch } from '../saved-views/board-search.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/index.ts'

interface CorridorFiltersProps {
  readonly search: BoardSearch
  change(changed: ChangedSearch): void
}

/** From whom, to whom, and how old. */
export function CorridorFilters({ search: { from, to, age }, change }: CorridorFiltersProps) {
  const words = useWords()
  const { filters, views } = words
  const isOfUnit = useSession().data?.unit !== undefined
  return (
    <>
      <CountryFilter label={filters.from} value={from} onChange={value => change({ from: value })} />
      {/* What is shared with a unit is narrowed by who asks alone. */}
      {!isOfUnit && <CountryFilter label={filters.to} value={to} onChange={value => change({ to: value })} />}
      <label className="cluster">
        <span className="quiet small">{views.age}</span>
        <select
          className="input fitted"
          value={age ?? ''}
          onChange={event => change({ age: event.target.value === '' ? undefined : (Number(event.target.value) as Age) })}
        >
          <option value="">{filters.all}</option>
          {ages.map(days => (
            <option key={days} value={days}>
              {views.olderThan(words.days(days))}
            </option>
          ))}
        </select>
      </label>
    </>
  )
}

interface CountryFilterProps {
  readonly label: string
  readonly value: string | undefined
  onChange(country: string | undefined): void
}

function CountryFilter({ label, value, onChange }: CountryFilterProps) {
  const words = useWords()
  const { filters, tag } = words
  const { data } = useQuery({
    queryKey: ['countries'],
    queryFn: ({ signal }) => get<{ readonly countries: readonly ListedCountry[] }>('/v1/countries', signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const codes = new Set([...(data?.countries.map(({ country }) => country) ?? []), ...(value ? [value] : [])])
  const named = [...codes].map(code => ({ code, name: countryName(code, words) })).sort((a, b) => a.name.localeCompare(b.name, tag))
  return (
    <label className="cluster">
      <span className="quiet small">{label}</span>
      <select className="input fitted" value={value ?? ''} onChange={event => onChange(event.target.value || undefined)}>
        <option value="">{filters.all}</option>
        {named.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
