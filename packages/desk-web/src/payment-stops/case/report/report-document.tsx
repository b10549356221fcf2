import type { SessionView } from '@holdfast/schemas'
import { ActingPerson } from '../../../components/acting-person.tsx'
import { codeLabel } from '../../../components/codes.tsx'
import { CountryName, Instant } from '../../../components/instant.tsx'
import { Pair } from '../../../components/pair.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { documentIn } from '../../document/document.tsx'
import { CaseSumsTable } from '../case-sums-table.tsx'
import { trailOf } from '../trail/trail.ts'
import { Trail } from '../trail/trail-list.tsx'
import { TrailPicture } from '../trail/trail-picture.tsx'
import type { CaseReport } from './make-report.ts'
import { Proof } from './proof.tsx'
import { ReportedRequestPart } from './reported-request.tsx'

interface ReportDocumentProps {
  readonly report: CaseReport
  readonly who: SessionView
}

/** The printed report. */
export function ReportDocument({ report, who }: ReportDocumentProps) {
  const t = useTranslate()
  const { shown, requests, facts, problems, madeAt } = report
  const { requestingCountry: country, caseReference: reference, sums } = shown
  const trees = trailOf(requests.map(({ request }) => request))
  const typologies = new Set(requests.flatMap(({ facts: known }) => documentIn(known)?.offence?.typology ?? []))
  return (
    <article className="card report stack gap-8">
      <title>{`${t('report.title', { reference })} · Holdfast`}</title>
      <header className="stack">
        <h1>{t('report.title', { reference: `\u2068${reference}\u2069` })}</h1>
        <dl className="pairs">
          <Pair name={t('report.caseOf')}>
            <CountryName code={country} long />
          </Pair>
          {typologies.size > 0 && <Pair name={t('fields.offence')}>{[...typologies].map(code => codeLabel(code, t)).join(' · ')}</Pair>}
          <Pair name={t('report.madeAt')}>
            <Instant at={madeAt} />
          </Pair>
          <Pair name={t('report.madeBy')}>
            <ActingPerson who={who} />
          </Pair>
        </dl>
        {problems > 0 ? (
          <p role="alert" className="report-verdict mark solid urgent">
            ! {t('request.chain.broken', { count: problems })}
          </p>
        ) : facts === 0 ? (
          <p className="report-verdict mark solid strong">{t('report.notShared')}</p>
        ) : (
          <p className="report-verdict mark solid strong">
            <span aria-hidden="true">✓</span> {t('report.checked', { count: facts })} · {t('case.requests', { count: requests.length })} ·{' '}
            <Instant at={madeAt} />
          </p>
        )}
        <p className="small quiet">
          {t('report.times')} {t('case.trailNote')}
        </p>
      </header>
      <section className="stack" aria-labelledby="sums">
        <h2 id="sums">{t('case.sums')}</h2>
        {sums ? <CaseSumsTable sums={sums} requests={requests.map(({ request }) => request)} /> : <p>{t('case.noSums')}</p>}
      </section>
      <section className="stack" aria-labelledby="trail">
        <h2 id="trail">{t('case.trail')}</h2>
        <TrailPicture nodes={trees} requestingCountry={country} />
        <Trail nodes={trees} />
      </section>
      {requests.map((request, at) => (
        <ReportedRequestPart key={request.request.requestId} reported={request} number={at + 1} />
      ))}
      <Proof report={report} />
    </article>
  )
}
