import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { RefusedError } from '../../api/client.ts'
import { useKeptCurrent } from '../../api/use-kept-current.ts'
import { CountryName } from '../../components/instant.tsx'
import { Loading } from '../../components/loading.tsx'
import { NotReached } from '../../components/not-reached.tsx'
import { useTranslate } from '../../locales/index.ts'
import { RequestTable } from '../../request-table/request-table.tsx'
import { useCase } from '../api/use-case.ts'
import { BundleButton } from './bundle-button.tsx'
import { CaseSumsTable } from './case-sums-table.tsx'
import { trailOf } from './trail/trail.ts'
import { Trail } from './trail/trail-list.tsx'
import { TrailPicture } from './trail/trail-picture.tsx'

const route = getRouteApi('/cases/$country/$reference')

/** The requests with one reference of a country, as far as the reader may see them. */
export function CasePage() {
  const t = useTranslate()
  const { country, reference } = route.useParams()
  const client = useQueryClient()
  const shown = useCase(country, reference)
  useKeptCurrent(useCallback(() => client.invalidateQueries({ queryKey: ['case'] }).then(() => 1), [client]))
  if (shown.isPending) return <Loading />
  if (shown.error instanceof RefusedError && shown.error.status < 500)
    return (
      <p role="alert" className="blank">
        {t('case.none')}
      </p>
    )
  const notReached = shown.isError && <NotReached of="page" retry={() => void shown.refetch()} />
  if (!shown.data) return notReached
  const { requests, sums } = shown.data
  const trees = trailOf(requests)
  return (
    <div className="stack gap-6">
      {notReached}
      <header className="cluster across-4">
        <h1>
          <bdi>{t('case.title', { reference })}</bdi>
        </h1>
        <p className="quiet">
          <CountryName code={country} long /> · {t('case.requests', { count: requests.length })}
        </p>
        <p className="cluster unprinted">
          <Link to="/cases/$country/$reference/report" params={{ country, reference }} className="button">
            {t('report.link')}
          </Link>
          <BundleButton shown={shown.data} />
        </p>
      </header>
      <section className="stack gap-2" aria-labelledby="sums">
        <h2 id="sums">{t('case.sums')}</h2>
        {sums ? <CaseSumsTable sums={sums} requests={requests} /> : <p className="quiet">{t('case.noSums')}</p>}
      </section>
      <section className="stack gap-2" aria-labelledby="trail">
        <h2 id="trail">{t('case.trail')}</h2>
        <p className="quiet small">{t('case.trailNote')}</p>
        <TrailPicture nodes={trees} requestingCountry={country} />
        <Trail nodes={trees} />
      </section>
      <RequestTable requests={requests} isOfCase />
    </div>
  )
}
