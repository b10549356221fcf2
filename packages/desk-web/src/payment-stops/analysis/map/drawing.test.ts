import { memberCountries, subBureaus } from '@holdfast/countries'
import { describe, expect, test } from 'vitest'
import world from 'world-atlas/countries-50m.json' with { type: 'json' }
import { numberedCountries, numberOfCountry } from './country-numbers.ts'
import { centresOf, landOf, mapHeight, mapWidth, movementsOf, type World } from './drawing.ts'

const theWorld = world as unknown as World
const centreOf = centresOf(theWorld)

describe('countries', () => {
  test('that can receive requests have a unique number and a position on the map', () => {
    const reachable = [...memberCountries, ...subBureaus.keys()].sort()
    expect(numberedCountries()).toEqual(reachable)
    expect(new Set(reachable.map(numberOfCountry)).size).toBe(reachable.length)
    expect(reachable.filter(country => !centreOf(country))).toEqual([])
  })

  test('are at their largest land area, without overseas territories', () => {
    expect(['FR', 'US', 'AU'].map(country => centreOf(country)?.map(degrees => Math.round(degrees / 5) * 5))).toEqual([
      [0, 45],
      [-100, 40],
      [135, -25],
    ])
  })

  test('match the names in the geometry', () => {
    const names = new Intl.DisplayNames('en', { type: 'region' })
    const shapes = theWorld.objects.countries.geometries as {
      readonly id?: string | number
      readonly properties: { readonly name: string }
    }[]
    const namesOf = (number: string | undefined) =>
      shapes.filter(({ id }) => String(id).padStart(3, '0') === number).map(({ properties }) => properties.name)
    // Short forms such as `Bosnia and Herz.` begin like the full name.
    const others = numberedCountries().flatMap(country => {
      const found = namesOf(numberOfCountry(country))
      return found.length === 0 || found.some(name => name.slice(0, 4) === names.of(country)?.slice(0, 4)) ? [] : [`${country} ${found}`]
    })
    expect(others).toEqual([
      'CD Dem. Rep. Congo',
      'CV Cabo Verde',
      'GQ Eq. Guinea',
      'LC Saint Lucia',
      'MK Macedonia',
      'SS S. Sudan',
      'SZ eSwatini',
      'TR Turkey',
    ])
  })
})

describe('the map', () => {
  const rows = [
    { value: 'SG-TL', requests: 9, sums: [] },
    { value: 'FR-TL', requests: 9, sums: [] },
    { value: 'SG-HK', requests: 2, sums: [] },
    { value: 'SG-AE', requests: null, sums: null },
    { value: 'SG-ZZ', requests: 3, sums: [] },
  ]
  const { ways, places } = movementsOf(rows, centreOf)

  test('has a line for each shown corridor on the map, as wide as its number', () => {
    expect(ways.map(({ corridor, width }) => [corridor, Math.round(width * 10) / 10])).toEqual([
      ['SG-TL', 6],
      ['FR-TL', 6],
      ['SG-HK', 1.3],
    ])
    for (const { path } of ways) expect(path).toMatch(/^M[\d.]+,[\d.]+L/)
  })

  test('has a circle at each destination, whose area is proportional to its number, within the map', () => {
    expect(places.map(({ country, requests }) => [country, requests])).toEqual([
      ['TL', 18],
      ['HK', 2],
    ])
    expect(((places[0]?.radius ?? 0) / (places[1]?.radius ?? 1)) ** 2).toBeCloseTo(9)
    for (const { x, y } of places) expect(x > 0 && x < mapWidth && y > 0 && y < mapHeight).toBe(true)
    // Timor-Leste, at 126° east and 9° south, by the formulas of Equal Earth (Šavrič, Patterson, Jenny 2018).
    expect([(places[0]?.x ?? 0) / mapWidth, (places[0]?.y ?? 0) / mapHeight].map(share => Math.round(100 * share))).toEqual([85, 57])
  })

  test('draws all land', () => expect(landOf(theWorld).length).toBe(theWorld.objects.countries.geometries.length))
})
