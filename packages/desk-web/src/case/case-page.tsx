import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { RefusedError } from '../api/client.ts'
import { useCase } from '../api/use-case.ts'
import { useKeptCurrent } from '../api/use-kept-current.ts'
import { CountryName } from '../components/instant.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { RequestTable } from '../request-table/request-table.tsx'
import { useWords } from '../words/index.ts'
import { BundleButton } from './bundle-button.tsx'
import { CaseSumsTable } from './case-sums-table.tsx'
import { trailOf } from './trail/trail.ts'
import { Trail } from './trail/trail-list.tsx'
import { TrailPicture } from './trail/trail-picture.tsx'

const route = getRouteApi('/cases/$country/$reference')

/** What a country calls by one reference, as far as the reader's has a part in it. */
export function CasePage() {
  const words = useWords()
  const { country, reference } = route.useParams()
  const client = useQueryClient()
  const shown = useCase(country, reference)
  useKeptCurrent(useCallback(() => client.invalidateQueries({ queryKey: ['case'] }).then(() => 1), [client]))
  if (shown.isPending) return <Loading />
  if (shown.error instanceof RefusedError && shown.error.status < 500)
    return (
      <p role="alert" className="blank">
        {words.case.none}
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
          <bdi>{words.case.title(reference)}</bdi>
        </h1>
        <p className="quiet">
          <CountryName code={country} long /> · {words.case.requests(requests.length)}
        </p>
        <p className="cluster unprinted">
          <Link to="/cases/$country/$reference/report" params={{ country, reference }} className="button">
            {words.report.link}
          </Link>
          <BundleButton shown={shown.data} />
        </p>
      </header>
      <section className="stack gap-2" aria-labelledby="sums">
        <h2 id="sums">{words.case.sums}</h2>
        {sums ? <CaseSumsTable sums={sums} requests={requests} /> : <p className="quiet">{words.case.noSums}</p>}
      </section>
      <section className="stack gap-2" aria-labelledby="trail">
        <h2 id="trail">{words.case.trail}</h2>
        <p className="quiet small">{words.case.trailNote}</p>
        <TrailPicture nodes={trees} requestingCountry={country} />
        <Trail nodes={trees} />
      </section>
      <RequestTable requests={requests} isOfCase />
    </div>
  )
}
