import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { type ComponentType, useEffect, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Loading } from '../../components/loading.tsx'
import { useTranslate } from '../../locales/index.ts'
import type { WorldMapProps } from './map/drawing.ts'
import { Part } from './part.tsx'

const route = getRouteApi('/now')

/** The map is fetched when the reader opens it, because it is larger than the rest of the page. */
export function MapSection({ corridors }: WorldMapProps) {
  const t = useTranslate()
  const { map = false } = route.useSearch()
  const navigate = useNavigate({ from: '/now' })
  const toggle = (): void =>
    void navigate({ search: ({ map: wasOpen, ...before }) => (wasOpen ? before : { ...before, map: true as const }), replace: true })
  return (
    <Part
      id="map"
      title={t('now.map')}
      className="whole"
      aside={
        <Button kind="small" className="apart unprinted" aria-expanded={map} onClick={toggle}>
          {map ? t('now.hideMap') : t('now.showMap')}
        </Button>
      }
    >
      {map && <OpenMap corridors={corridors} />}
    </Part>
  )
}

function OpenMap({ corridors }: WorldMapProps) {
  const t = useTranslate()
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
  if (isLost) return <p role="alert">{t('now.mapFault')}</p>
  return <div className="map-frame">{WorldMap ? <WorldMap corridors={corridors} /> : <Loading />}</div>
}
