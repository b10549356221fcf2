import { namesOfPseudonyms } from '@holdfast/schemas/actor-names'
import { ActorName, NamesOfActors } from '../../../components/actor.tsx'
import { Arrow } from '../../../components/arrow.tsx'
import { stateName } from '../../../components/codes.tsx'
import { CountryName, Instant } from '../../../components/instant.tsx'
import { PhaseMark } from '../../../components/phase.tsx'
import { FactName } from '../../../facts/fact-name.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { DocumentView, documentIn, isErasedIn } from '../../document/document.tsx'
import type { AnyFact } from '../../facts/any-fact.ts'
import { ChangeTable } from '../../facts/change-table.tsx'
import { BodyValues, Findings } from '../../facts/fact-values.tsx'
import { changesBetween, type RequestState } from '../../facts/resulting-state.ts'
import { MoneyPicture } from '../../money/money-picture.tsx'
import type { ReportedRequest } from './make-report.ts'

interface ReportedRequestPartProps {
  readonly reported: ReportedRequest
  readonly number: number
}

/** One request of a report: its parties, its state and all of its facts in order. */
export function ReportedRequestPart({ reported, number }: ReportedRequestPartProps) {
  const t = useTranslate()
  const { request, facts, standings, head } = reported
  const document = documentIn(facts)
  return (
    <section className="reported stack" aria-labelledby={request.requestId}>
      <h2 id={request.requestId}>
        {t('report.request', { n: number })} <CountryName code={request.requestingCountry} long /> <Arrow />{' '}
        <CountryName code={request.beneficiaryCountry} long />
      </h2>
      <p className="small breakable">
        {t('request.id')} <bdi className="figures">{request.requestId}</bdi>
      </p>
      <p>
        <PhaseMark phase={request.phase} /> · {request.states.map(state => stateName(state, t)).join(' · ')}
      </p>
      {document && <DocumentView document={document} isErased={isErasedIn(facts)} requestId={request.requestId} may="never" />}
      <h3>{t('request.money')}</h3>
      <MoneyPicture amounts={request.amounts} />
      <h3>{t('report.facts')}</h3>
      {facts.length === 0 && <p>{t('report.notShared')}</p>}
      <NamesOfActors value={namesOfPseudonyms(facts)}>
        <ol>
          {facts.map((fact, at) => (
            <ReportedFact key={fact.id} fact={fact} before={standings[at - 1]} after={standings[at]} />
          ))}
        </ol>
      </NamesOfActors>
      {head !== '' && (
        <p className="small">
          {t('report.head')} <Hash value={head} />
        </p>
      )}
    </section>
  )
}

interface ReportedFactProps {
  readonly fact: AnyFact
  readonly before: RequestState | undefined
  readonly after: RequestState | undefined
}

function ReportedFact({ fact, before, after }: ReportedFactProps) {
  const t = useTranslate()
  const body = fact.data as Readonly<Record<string, unknown>>
  const changes = after ? changesBetween(before, after) : []
  return (
    <li className="reported-fact stack gap-1">
      <p>
        <b className="figures">{fact.sequence}</b>{' '}
        <b>
          <FactName type={fact.type} />
        </b>{' '}
        · <Instant at={fact.time} />
      </p>
      <p className="small">
        {t('request.by')} <ActorName actor={fact.actor} />
        {typeof body.proposedBy === 'string' && (
          <>
            , {t('request.firstBy')} <ActorName actor={body.proposedBy} />
          </>
        )}
      </p>
      <BodyValues body={body} />
      {Array.isArray(body.findings) && body.findings.length > 0 && <Findings findings={body.findings} />}
      {changes.length > 0 && (
        <ChangeTable
          title={t('request.differs')}
          changes={changes}
          before={t('request.changes.before')}
          after={t('request.changes.after')}
        />
      )}
      <p className="small quiet">
        {t('request.hash')} <Hash value={fact.hash} />
      </p>
    </li>
  )
}

/** All 64 digits, because readers compare them on paper. */
export const Hash = ({ value }: { readonly value: string }) => (
  <bdi dir="ltr" className="hash">
    {value}
  </bdi>
)
