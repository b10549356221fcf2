import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { type ComponentType, useEffect, useState } from 'react'
import { useWords } from '../words/index.ts'
import type { WorldMapProps } from './map/drawing.ts'

const route = getRouteApi('/now')

/** The map is fetched when somebody opens it: it is larger than the rest of the page. */
export function MapSection({ corridors }: WorldMapProps) {
  const { now } = useWords()
  const { map = false } = route.useSearch()
  const navigate = useNavigate({ from: '/now' })
  const toggle = (): void =>
    void navigate({ search: ({ map: wasOpen, ...before }) => (wasOpen ? before : { ...before, map: true as const }), replace: true })
  return (
    <section className="card stack gap-2 pad-4 whole" aria-labelledby="now-map">
      <div className="cluster across-4">
        <h2 id="now-map">{now.map}</h2>
        <button type="button" className="button small-button apart unprinted" aria-expanded={map} onClick={toggle}>
          {map ? now.hideMap : now.showMap}
        </button>
      </div>
      {map && <OpenMap corridors={corridors} />}
    </section>
  )
}

function OpenMap({ corridors }: WorldMapProps) {
  const words = useWords()
  const [WorldMap, setWorldMap] = useState<ComponentType<WorldMapProps>>()
  const [isLost, setLost] = useState(false)
  useEffect(() => {
    let isWanted = true
    import('./map/world-map.tsx').then(
      loaded => isWanted && setWorldMap(() => loaded.WorldMap),
      () => isWanted && setLost(true),
    )
    return () => {
      isWanted = false
    }
  }, [])
  if (isLost) return <p role="alert">{words.now.mapFault}</p>
  return <div className="map-frame">{WorldMap ? <WorldMap corridors={corridors} /> : <p className="quiet">{words.loading}</p>}</div>
}
