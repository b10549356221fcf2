import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { type ComponentType, useEffect, useState } from 'react'
import { Button } from '../components/button.tsx'
import { Loading } from '../components/loading.tsx'
import { useWords } from '../words/index.ts'
import type { WorldMapProps } from './map/drawing.ts'
import { Part } from './part.tsx'

const route = getRouteApi('/now')

/** The map is fetched when somebody opens it: it is larger than the rest of the page. */
export function MapSection({ corridors }: WorldMapProps) {
  const { now } = useWords()
  const { map = false } = route.useSearch()
  const navigate = useNavigate({ from: '/now' })
  const toggle = (): void =>
    void navigate({ search: ({ map: wasOpen, ...before }) => (wasOpen ? before : { ...before, map: true as const }), replace: true })
  return (
    <Part
      id="map"
      title={now.map}
      className="whole"
      beside={
        <Button kind="small" className="apart unprinted" aria-expanded={map} onClick={toggle}>
          {map ? now.hideMap : now.showMap}
        </Button>
      }
    >
      {map && <OpenMap corridors={corridors} />}
    </Part>
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
  return <div className="map-frame">{WorldMap ? <WorldMap corridors={corridors} /> : <Loading />}</div>
}
