import type { ListedCountry } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { countryName } from '../components/instant.tsx'
import { useTranslate } from '../locales/index.ts'
import { type Age, ages, type BoardSearch, type ChangedSearch } from '../saved-views/board-search.ts'
import { useSession } from '../session/use-session.ts'

interface CorridorFiltersProps {
  readonly search: BoardSearch
  change(changed: ChangedSearch): void
}

/** Filters by requesting country, beneficiary country and age. */
export function CorridorFilters({ search: { from, to, age }, change }: CorridorFiltersProps) {
  const t = useTranslate()
  const isOfUnit = useSession().data?.unit !== undefined
  return (
    <>
      <CountryFilter label={t('filters.from')} value={from} onChange={value => change({ from: value })} />
      {/* What is shared with a unit is narrowed by who asks alone. */}
      {!isOfUnit && <CountryFilter label={t('filters.to')} value={to} onChange={value => change({ to: value })} />}
      <label className="cluster">
        <span className="quiet small">{t('views.age')}</span>
        <select
          className="input fitted"
          value={age ?? ''}
          onChange={event => change({ age: event.target.value === '' ? undefined : (Number(event.target.value) as Age) })}
        >
          <option value="">{t('filters.all')}</option>
          {ages.map(days => (
            <option key={days} value={days}>
              {t('views.olderThan', { long: t('days', { count: days }) })}
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
  const t = useTranslate()
  const { data } = useQuery({
    queryKey: ['countries'],
    queryFn: ({ signal }) => get<{ readonly countries: readonly ListedCountry[] }>('/v1/countries', signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const codes = new Set([...(data?.countries.map(({ country }) => country) ?? []), ...(value ? [value] : [])])
  const named = [...codes].map(code => ({ code, name: countryName(code, t) })).sort((a, b) => a.name.localeCompare(b.name, t.tag))
  return (
    <label className="cluster">
      <span className="quiet small">{label}</span>
      <select className="input fitted" value={value ?? ''} onChange={event => onChange(event.target.value || undefined)}>
        <option value="">{t('filters.all')}</option>
        {named.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
