import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { CaseView, RequestWithHistory } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { get } from '../../api/client.ts'
import { Arrow } from '../../components/arrow.tsx'
import { Button } from '../../components/button.tsx'
import { CountryName } from '../../components/instant.tsx'
import { PhaseMark } from '../../components/phase.tsx'
import { useTranslate } from '../../locales/index.ts'
import { positionInCase, useCase } from '../api/use-case.ts'
import { nextGroup } from '../deadlines/deadline-groups.ts'
import type { RequestState } from '../facts/resulting-state.ts'
import { NextDeadline } from './deadlines/deadline-list.tsx'

interface RequestHeadProps {
  readonly request: PaymentStopView
  /** The shown state: current, or at an earlier fact. */
  readonly standing: RequestState
  readonly isNow: boolean
}

export function RequestHead({ request, standing, isNow }: RequestHeadProps) {
  const t = useTranslate()
  const { data: ofCase } = useCase(request.requestingCountry, request.caseReference)
  const place = ofCase && positionInCase(ofCase, request.requestId)
  const nth = place && place.of > 1 ? ` · ${t('case.nth', { n: place.nth, of: place.of })}` : ''
  const title = useRef<HTMLHeadingElement>(null)
  // A reader who comes from another page starts at the top.
  useEffect(() => title.current?.focus({ preventScroll: true }), [])
  const next = nextGroup(standing.deadlines)
  return (
    <header className="card request-head whole cluster top gap-3 across-8">
      <title>{`${t('request.title', { reference: request.caseReference })}${nth} · Holdfast`}</title>
      <div className="request-names stack gap-1">
        <h1 ref={title} tabIndex={-1}>
          {t('request.title', { reference: `\u2068${request.caseReference}\u2069` })}
          {nth && <span className="quiet">{nth}</span>}
        </h1>
        <p>
          <Link to="/cases/$country/$reference" params={{ country: request.requestingCountry, reference: request.caseReference }}>
            {t('case.title', { reference: `\u2068${request.caseReference}\u2069` })}
          </Link>
          {place && <span className="quiet"> · {t('case.requests', { count: place.of })}</span>}
        </p>
        <p className="strong">
          <CountryName code={request.requestingCountry} long /> <Arrow /> <CountryName code={request.beneficiaryCountry} long />
        </p>
        <RequestId id={request.requestId} />
        {request.parent && (
          <p className="small">
            {t('request.parent')} <ParentName id={request.parent.requestId} ofCase={ofCase} />
          </p>
        )}
      </div>
      <div className="stack gap-1 strong">
        <PhaseMark phase={standing.phase} />
        {request.revision > 1 && <span className="quiet small">{t('request.revision', { n: request.revision })}</span>}
      </div>
      {isNow && next && <NextDeadline next={next} country={request.beneficiaryCountry} />}
    </header>
  )
}

interface ParentNameProps {
  readonly id: string
  readonly ofCase: CaseView<PaymentStopTypes> | undefined
}

/** Links to the parent request, unless the reader may not see it: then it is a plain id. */
function ParentName({ id, ofCase }: ParentNameProps) {
  const isInCase = ofCase?.requests.some(({ requestId }) => requestId === id) ?? false
  const parentQuery = useQuery({
    queryKey: ['request', id],
    queryFn: ({ signal }) => get<RequestWithHistory<PaymentStopTypes>>(`/v1/requests/${id}`, signal),
    // One that was sent by hand may be of another case.
    enabled: ofCase !== undefined && !isInCase,
  })
  const name = <bdi>{id.slice(0, 8)}</bdi>
  if (!isInCase && !parentQuery.isSuccess) return name
  return (
    <Link to="/requests/$id" params={{ id }}>
      {name}
    </Link>
  )
}

function RequestId({ id }: { readonly id: string }) {
  const t = useTranslate()
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(id)
    setCopied(true)
  }
  return (
    <p className="small breakable">
      <span className="quiet">{t('request.id')}</span> <bdi className="figures">{id}</bdi>{' '}
      <Button kind="small" onClick={() => void copy()}>
        {t('request.copy')}
      </Button>
      <span role="status">{isCopied ? t('request.copied') : ''}</span>
    </p>
  )
}
