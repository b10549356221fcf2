import { useMemo } from 'react'
import world from 'world-atlas/countries-50m.json' with { type: 'json' }
import { countryName } from '../../components/instant.tsx'
import { useWords } from '../../words/index.ts'
import { centresOf, landOf, mapHeight, mapWidth, movementsOf, type World, type WorldMapProps } from './drawing.ts'

const theWorld = world as unknown as World
/** More would lie on each other. */
const labelled = 8
const centreOf = centresOf(theWorld)

/** A map of what the table of corridors says in numbers. */
export function WorldMap({ corridors }: WorldMapProps) {
  const words = useWords()
  const { now } = words
  const land = useMemo(() => landOf(theWorld), [])
  const { ways, places } = useMemo(() => movementsOf(corridors.rows, centreOf), [corridors])
  const corridorName = (corridor: string): string =>
    corridor
      .split('-')
      .map(country => countryName(country, words))
      .join(' → ')
  return (
    <figure>
      <svg className="world-map" viewBox={`0 0 ${mapWidth} ${mapHeight}`} role="img" aria-label={now.mapOf(ways.length)}>
        {land.map(({ id, path }) => (
          <path key={id} className="land" d={path} />
        ))}
        {ways.map(({ corridor, path, width, requests }) => (
          <path key={corridor} className="way" d={path} strokeWidth={width}>
            <title>{`${corridorName(corridor)}: ${now.ofRequests(requests)}`}</title>
          </path>
        ))}
        {places.map(({ country, x, y, radius, requests }) => (
          <circle key={country} cx={x} cy={y} r={radius}>
            <title>{`${countryName(country, words)}: ${now.ofRequests(requests)}`}</title>
          </circle>
        ))}
        {places.slice(0, labelled).map(({ country, x, y, radius }) => (
          <text key={country} x={x} y={y - radius - 3}>
            {country}
          </text>
        ))}
      </svg>
      <figcaption className="quiet small">{now.mapNote}</figcaption>
    </figure>
  )
}
