import type { AnalysisRow, AnalysisTable } from '@holdfast/payment-stop/language'
import { type ExtendedFeature, type GeoGeometryObjects, geoArea, geoCentroid, geoEqualEarth, geoPath } from 'd3-geo'
import { feature } from 'topojson-client'
import { numberOfCountry } from './country-numbers.ts'

type Topology = Parameters<typeof feature>[0]
type Land = Extract<GeoGeometryObjects, { readonly type: 'Polygon' | 'MultiPolygon' }>
type Shape = ExtendedFeature<Land>

/** Shapes of countries with shared borders, by ISO 3166-1 numbers. */
export type World = Topology & {
  readonly objects: {
    readonly countries: {
      readonly geometries: readonly { readonly id?: string | number; readonly properties: { readonly name: string } }[]
    }
  }
}

export interface WorldMapProps {
  readonly corridors: AnalysisTable
}

export interface CorridorPath {
  readonly corridor: string
  readonly path: string
  readonly requests: number
  readonly width: number
}

export interface CountryMarker {
  readonly country: string
  readonly x: number
  readonly y: number
  readonly requests: number
  readonly radius: number
}

export interface Drawing {
  readonly land: readonly { readonly id: string; readonly path: string }[]
  readonly ways: readonly CorridorPath[]
  readonly places: readonly CountryMarker[]
}

export const mapWidth = 960
export const mapHeight = 468
const radiusMax = 18
const widthMax = 6

/** Small countries without a shape at this scale: longitude and latitude from the sources of the geometry. */
const withoutShape: ReadonlyMap<string, readonly [number, number]> = new Map([['GI', [-5.35, 36.14]]])

const shapesOf = (world: World): readonly Shape[] =>
  (feature(world, 'countries') as unknown as { readonly features: readonly Shape[] }).features

const project = () => geoEqualEarth().fitSize([mapWidth, mapHeight], { type: 'Sphere' })

/** The position of each country by its code, computed once per world. */
export function centresOf(world: World): (country: string) => readonly [number, number] | undefined {
  const shapes = shapesOf(world)
  // Some countries have islands as separate shapes with their number: the largest shape counts.
  const byArea = shapes.toSorted((a, b) => geoArea(a) - geoArea(b))
  const byNumber = new Map(byArea.map(shape => [String(shape.id).padStart(3, '0'), shape]))
  return country => {
    const shape = byNumber.get(numberOfCountry(country) ?? '')
    return shape ? geoCentroid(largestPart(shape.geometry)) : withoutShape.get(country)
  }
}

/** The centre of the largest land area: with its overseas islands, the centre of France would be in Spain. */
function largestPart(geometry: Land): Land {
  if (geometry.type !== 'MultiPolygon') return geometry
  const parts = geometry.coordinates.map((coordinates): Land => ({ type: 'Polygon', coordinates }))
  return parts.reduce((largest, part) => (geoArea(part) > geoArea(largest) ? part : largest))
}

/** The shapes of all countries. */
export function landOf(world: World): Drawing['land'] {
  const path = geoPath(project())
  return shapesOf(world).flatMap((shape, index) => {
    const drawn = path(shape)
    return drawn ? [{ id: String(index), path: drawn }] : []
  })
}

/**
 * Corridors as great circles and their destinations, with areas and widths by number. Hidden rows and places outside
 * the map are left out.
 */
export function movementsOf(rows: readonly AnalysisRow[], centreOf: ReturnType<typeof centresOf>): Pick<Drawing, 'ways' | 'places'> {
  const projection = project()
  const path = geoPath(projection)
  const found = rows.flatMap(({ value, requests }) => {
    const [from = '', to = ''] = value.split('-')
    const ends = [centreOf(from), centreOf(to)]
    return requests !== null && ends[0] && ends[1] ? [{ value, to, requests, ends: ends as [[number, number], [number, number]] }] : []
  })
  const largest = Math.max(1, ...found.map(({ requests }) => requests))
  const ways = found.map(({ value, requests, ends }) => ({
    corridor: value,
    requests,
    path: path({ type: 'LineString', coordinates: ends }) ?? '',
    width: Math.max(1, (widthMax * requests) / largest),
  }))
  const arrived = new Map<string, { requests: number; at: [number, number] }>()
  for (const { to, requests, ends } of found) arrived.set(to, { requests: (arrived.get(to)?.requests ?? 0) + requests, at: ends[1] })
  const most = Math.max(1, ...[...arrived.values()].map(({ requests }) => requests))
  const places = [...arrived].flatMap(([country, { requests, at }]) => {
    const point = projection(at)
    return point ? [{ country, x: point[0], y: point[1], requests, radius: Math.max(2.5, radiusMax * Math.sqrt(requests / most)) }] : []
  })
  return { ways, places: places.sort((a, b) => b.radius - a.radius) }
}
