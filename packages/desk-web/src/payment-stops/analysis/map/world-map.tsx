import { useMemo } from 'react'
import world from 'world-atlas/countries-50m.json' with { type: 'json' }
import { countryName } from '../../../components/instant.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { centresOf, landOf, mapHeight, mapWidth, movementsOf, type World, type WorldMapProps } from './drawing.ts'

const theWorld = world as unknown as World
/** More labels would overlap. */
const labelled = 8
const centreOf = centresOf(theWorld)

/** The table of corridors as a map. */
export function WorldMap({ corridors }: WorldMapProps) {
  const t = useTranslate()
  const land = useMemo(() => landOf(theWorld), [])
  const { ways, places } = useMemo(() => movementsOf(corridors.rows, centreOf), [corridors])
  const corridorName = (corridor: string): string =>
    corridor
      .split('-')
      .map(country => countryName(country, t))
      .join(' → ')
  return (
    <figure>
      <svg
        className="world-map"
        viewBox={`0 0 ${mapWidth} ${mapHeight}`}
        role="img"
        aria-label={t('now.mapOf', { corridors: ways.length })}
      >
        {land.map(({ id, path }) => (
          <path key={id} className="land" d={path} />
        ))}
        {ways.map(({ corridor, path, width, requests }) => (
          <path key={corridor} className="way" d={path} strokeWidth={width}>
            <title>{`${corridorName(corridor)}: ${t('now.ofRequests', { count: requests })}`}</title>
          </path>
        ))}
        {places.map(({ country, x, y, radius, requests }) => (
          <circle key={country} cx={x} cy={y} r={radius}>
            <title>{`${countryName(country, t)}: ${t('now.ofRequests', { count: requests })}`}</title>
          </circle>
        ))}
        {places.slice(0, labelled).map(({ country, x, y, radius }) => (
          <text key={country} x={x} y={y - radius - 3}>
            {country}
          </text>
        ))}
      </svg>
      <figcaption className="quiet small">{t('now.mapNote')}</figcaption>
    </figure>
  )
}
